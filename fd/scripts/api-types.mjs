// Writes openapi.json (the merged OpenAPI of all functions) and the types generated from it.
// With --check it writes nothing and fails when either file is outdated.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import openapiTypeScript, { astToString } from "openapi-typescript";

const run = promisify(execFile);
const frontend = fileURLToPath(new URL("..", import.meta.url));
const repository = join(frontend, "..");
const documentPath = join(frontend, "openapi.json");
const typesPath = join(frontend, "src/api/schema.d.ts");

async function mergedDocument() {
  const folder = await mkdtemp(join(tmpdir(), "openapi-"));
  const file = join(folder, "openapi.json");
  try {
    await run(
      process.env.PYTHON ?? join(repository, ".venv/bin/python"),
      ["-m", "infra.manage", "openapi", file],
      {
        cwd: repository,
      },
    );
    return JSON.parse(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const document = await mergedDocument();
const expected = new Map([
  [documentPath, `${JSON.stringify(document, null, 2)}\n`],
  [
    typesPath,
    `// Generated from openapi.json by \`pnpm generate:api\`.\n\n${astToString(await openapiTypeScript(document))}`,
  ],
]);

if (process.argv.includes("--check")) {
  const drifted = [];
  for (const [path, text] of expected) {
    const committed = await readFile(path, "utf8").catch(() => null);
    if (committed !== text) drifted.push(path);
  }
  if (drifted.length > 0) {
    console.error(`out of date: ${drifted.join(", ")}\nrun: pnpm generate:api`);
    process.exitCode = 1;
  }
} else {
  for (const [path, text] of expected) await writeFile(path, text);
}
