// Adds `globSync` to `fs` for the MCP conformance suite, which expects Node 22 and uses it only for its own tests of
// servers' sources: `node --import ./glob_sync.mjs …`.
import { register } from "node:module";

const fs = 'import fs from "node:fs"; export * from "node:fs"; export default fs; export const globSync = () => [];';
const hook = `
  export async function resolve(specifier, context, next) {
    if (specifier === "fs" && context.parentURL?.includes("/conformance/dist/")) {
      return { url: "data:text/javascript," + encodeURIComponent(${JSON.stringify(fs)}), shortCircuit: true };
    }
    return next(specifier, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
