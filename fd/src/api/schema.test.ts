// The contract reaches the type checker: a field that the backend renames is a type error here. The fields are
// renamed in the OpenAPI document, and types generated from it take the place of schema.d.ts.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import openapiTypeScript, { astToString } from "openapi-typescript";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = process.cwd();
const typesPath = join(root, "src/api/schema.d.ts");
/** Modules that use the tests' fields: their type errors are found first, and those of all others take seconds. */
const CHECKED_FIRST = [
  "api/types.ts",
  "api/events.ts",
  "api/errors.ts",
  "api/chat-socket.ts",
  "features/chat/conversation-state.ts",
  "features/chat/conversation-controller.ts",
  "features/chat/conversation-registry.ts",
  "features/models/ConfigForm.tsx",
  "features/models/queries.ts",
].map((name) => join(root, "src", name));
const document = readFileSync(join(root, "openapi.json"), "utf8");

interface Schema {
  properties: Record<string, unknown>;
  required?: string[];
  oneOf?: object[];
  discriminator?: { mapping: Record<string, string> };
}

/** The types of the contract with one event more, over SSE. */
async function typesWithEvent(name: string): Promise<string> {
  const changed = JSON.parse(document) as { components: { schemas: Record<string, Schema> } };
  const { schemas } = changed.components;
  const reference = `#/components/schemas/${name}`;
  const { mapping } = schemas.ChatEvent?.discriminator ?? {};
  if (!mapping || name in mapping) throw new Error(`no ChatEvent, or it has ${name} already`);
  schemas[name] = {
    properties: {
      type: { const: name, type: "string" },
      seq: { type: "integer" },
      message_id: { type: "string" },
    },
    required: ["type", "seq", "message_id"],
  };
  schemas.ChatEvent?.oneOf?.push({ $ref: reference });
  mapping[name] = reference;
  return astToString(await openapiTypeScript(JSON.stringify(changed)));
}

/** The types of the contract with one field of some component schemas under another name. */
async function typesWith(schemas: readonly string[], field: string): Promise<string> {
  const changed = JSON.parse(document) as { components: { schemas: Record<string, Schema> } };
  for (const name of schemas) {
    const schema = changed.components.schemas[name];
    if (!schema || !(field in schema.properties)) throw new Error(`${name} has no field ${field}`);
    const { [field]: renamed, ...others } = schema.properties;
    schema.properties = { ...others, renamed };
    schema.required = schema.required?.map((required) => (required === field ? "renamed" : required)) ?? [];
  }
  return astToString(await openapiTypeScript(JSON.stringify(changed)));
}

/**
 * Gives a function that returns the first type error of the code that makes calls, with other types in the place of
 * schema.d.ts; null where there is none.
 */
function typeChecker() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as { config: object };
  const { fileNames, options } = ts.parseJsonConfigFileContent({ ...config, include: ["src"] }, ts.sys, root);
  const names = fileNames.filter((name) => !/\.test\.tsx?$/.test(name));
  const folders = [dirname(typesPath), join(root, "src/features")];
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  const sources = new Map<string, ts.SourceFile | undefined>();
  let program: ts.Program | undefined;
  return (types = readFileSync(typesPath, "utf8")) => {
    sources.set(typesPath, ts.createSourceFile(typesPath, types, ts.ScriptTarget.Latest));
    host.getSourceFile = (name, language) => {
      if (!sources.has(name)) sources.set(name, readSource(name, language));
      return sources.get(name);
    };
    program = ts.createProgram({ rootNames: names, options, host, ...(program && { oldProgram: program }) });
    const checked = program.getSourceFiles().map(({ fileName }) => fileName);
    for (const fileName of new Set([...CHECKED_FIRST, ...checked])) {
      const source = program.getSourceFile(fileName);
      if (!source || !folders.some((folder) => fileName.startsWith(folder))) continue;
      const [error] = program.getSemanticDiagnostics(source);
      if (error) return `${fileName}: ${ts.flattenDiagnosticMessageText(error.messageText, " ")}`;
    }
    return null;
  };
}

const firstTypeError = typeChecker();
/** Limit in ms of a test: the first ones check all modules, which takes a minute on a loaded machine. */
const timeout = 300_000;

describe("an event that the backend adds", { timeout }, () => {
  it("is a type error until it is handled", async () => {
    expect(firstTypeError(await typesWithEvent("surprise"))).toContain("surprise");
  });
});

describe("a field that the backend renames", { timeout }, () => {
  it("is the only type error", () => {
    expect(firstTypeError()).toBeNull();
  });

  it.each([
    ["message", ["SendBody", "SendFrame"]],
    ["message_id", ["ReplyBody", "RegenerateFrame", "ContinueFrame"]],
    ["message_id", ["StopBody", "StopFrame"]],
    ["active_leaf_id", ["UpdateConversationBody"]],
    ["api_key", ["UpdateConfigBody"]],
    ["request_id", ["SendFrame"]],
    ["after", ["ResumeFrame"]],
    ["assistant_message_id", ["Started", "StartedFrame"]],
    ["text", ["TextDelta", "TextDeltaFrame"]],
    ["usage", ["Completed", "CompletedFrame"]],
    ["error", ["Failed", "FailedFrame"]],
    ["request_id", ["TextDeltaFrame"]],
    ["code", ["ErrorContent"]],
    ["image_delivery", ["ShownParams"]],
  ])("is a type error: %s of %j", async (field, schemas) => {
    expect(firstTypeError(await typesWith(schemas, field))).not.toBeNull();
  });
});
