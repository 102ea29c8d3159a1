import { describe, expect, it } from "vitest";
import { readSealedDocument, readSealedImages, readSharedDocument } from "./shared-document";

const TIME = "2026-01-02T03:04:05.000Z";
const IMAGE = `${"0a".repeat(16)}.png`;
const SOURCE = { n: 1, title: "Birds", url: "https://birds.example.com/" };
const STEP = {
  n: 1,
  tool: "search_file",
  title: "Search",
  state: "done",
  at: 3,
  arguments: { query: "heron" },
  preview: "One page",
  result: "A heron.",
  sources: [SOURCE],
  started_at: TIME,
  ended_at: TIME,
};
const USER = {
  role: "user",
  content: [
    { type: "text", text: "Which bird?" },
    { type: "image", name: IMAGE },
    { type: "file", name: "birds.pdf", media_type: "application/pdf" },
  ],
  created_at: TIME,
};
const REPLY = {
  role: "assistant",
  content: [{ type: "text", text: "A heron." }],
  created_at: TIME,
  model: "ornithologist",
  reasoning: "Grey.",
  sources: [SOURCE],
  steps: [STEP],
};
const DOCUMENT = { format: 1, title: "Birds", shared_at: TIME, expires_at: null, messages: [USER, REPLY] };

/** An object of the depth, as JSON would be parsed. */
function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
}

const withMessage = (changes: object) => ({ ...DOCUMENT, messages: [{ ...REPLY, ...changes }] });
const withStep = (changes: object) => withMessage({ steps: [{ ...STEP, ...changes }] });

describe("a shared document", () => {
  it("is read with its messages", () => {
    const document = readSharedDocument(JSON.parse(JSON.stringify(DOCUMENT)));
    expect(document?.title).toBe("Birds");
    expect(document?.messages).toMatchObject([
      {
        role: "user",
        status: "completed",
        steps: [],
        content: [{ text: "Which bird?" }, { name: IMAGE }, {}],
      },
      { role: "assistant", model: "ornithologist", steps: [{ tool: "search_file", sources: [SOURCE] }] },
    ]);
  });

  it.each([
    ["not an object", [1]],
    ["null", null],
    ["another format", { ...DOCUMENT, format: 2 }],
    ["no messages", { ...DOCUMENT, messages: [] }],
    ["messages that are an object", { ...DOCUMENT, messages: { length: 1, 0: USER } }],
    ["too many messages", { ...DOCUMENT, messages: Array.from({ length: 5001 }, () => USER) }],
    ["a title that is an object", { ...DOCUMENT, title: { toString: "x" } }],
    ["a time that is none", { ...DOCUMENT, shared_at: "tomorrow" }],
    ["an expiry that is a number", { ...DOCUMENT, expires_at: 1 }],
    ["another role", withMessage({ role: "system" })],
    ["a part of another type", withMessage({ content: [{ type: "html", html: "<script>" }] })],
    ["a part that is a React element", withMessage({ content: [{ $$typeof: "x", type: "script" }] })],
    ["a text that is a list", withMessage({ content: [{ type: "text", text: ["x"] }] })],
    ["an image outside of the share", withMessage({ content: [{ type: "image", name: "../../x.png" }] })],
    [
      "an image by its address",
      withMessage({ content: [{ type: "image", name: "https://x.example/x.png" }] }),
    ],
    ["a drawing with scripts", withMessage({ content: [{ type: "image", name: `${"0a".repeat(16)}.svg` }] })],
    ["a script as a source", withMessage({ sources: [{ ...SOURCE, url: "javascript:alert(1)" }] })],
    ["a script after a space", withMessage({ sources: [{ ...SOURCE, url: " java\nscript:alert(1)" }] })],
    ["data as a source", withStep({ sources: [{ ...SOURCE, url: "data:text/html,x" }] })],
    ["a step of another state", withStep({ state: "waiting" })],
    ["a position that is no number", withStep({ at: "constructor" })],
    ["a negative position", withStep({ at: -1 })],
    ["arguments that are a list", withStep({ arguments: [1] })],
    ["arguments that are nested too deeply", withStep({ arguments: nested(100_000) })],
    ["thousands of steps", withMessage({ steps: Array.from({ length: 201 }, () => STEP) })],
  ])("with %s is refused", (_, value) => {
    expect(readSharedDocument(value)).toBeNull();
  });

  it("does not inherit fields", () => {
    const hostile = JSON.parse(`{"__proto__": ${JSON.stringify(DOCUMENT)}}`) as unknown;
    expect(readSharedDocument(hostile)).toBeNull();
    expect(readSharedDocument(Object.create(DOCUMENT))).toBeNull();
  });

  it("loses every field that is not known, also deep ones", () => {
    const more = { onClick: "alert(1)", __proto__: { polluted: true }, deep: nested(50_000) };
    const document = readSharedDocument({ ...DOCUMENT, ...more, messages: [{ ...USER, ...more }] });
    expect(Object.keys(document ?? {})).toEqual(["title", "sharedAt", "expiresAt", "messages"]);
    expect(Object.keys(document?.messages[0] ?? {}).sort()).toEqual(
      ["content", "createdAt", "model", "reasoning", "role", "sources", "status", "steps"].sort(),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a sealed document", () => {
  it("is recognized by its form", () => {
    expect(readSealedDocument({ sealed: 1, iv: "a", data: "b" })).toEqual({ iv: "a", data: "b" });
    for (const value of [
      DOCUMENT,
      null,
      { sealed: true, iv: "a", data: "b" },
      { sealed: 1, iv: 1, data: "b" },
    ])
      expect(readSealedDocument(value)).toBeNull();
  });

  it("contains images as data only", () => {
    expect(readSealedImages({ [IMAGE]: "data:image/png;base64,AAAA" })?.get(IMAGE)).toBe(
      "data:image/png;base64,AAAA",
    );
    for (const value of [
      { [IMAGE]: "https://x.example/x.png" },
      { [IMAGE]: "data:image/svg+xml;base64,AAAA" },
      { "x.png": "data:image/png;base64,AAAA" },
      { [IMAGE]: 1 },
      [],
      null,
    ])
      expect(readSealedImages(value)).toBeNull();
  });
});
