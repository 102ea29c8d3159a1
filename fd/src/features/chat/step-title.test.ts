import { expect, it } from "vitest";
import type { Step } from "@/api/types";
import type { Translate } from "@/i18n";
import { previewOf, titleOf } from "./step-title";

const t = ((key: string, values?: { count?: number }) => `${key} ${values?.count ?? ""}`.trim()) as Translate;
const STEP: Step = {
  n: 1,
  tool: "web_search",
  title: "Web search",
  state: "done",
  at: 0,
  arguments: {},
  preview: "2 results",
  sources: [
    { n: 1, title: "One", url: "https://one.example" },
    { n: 2, title: "Two", url: "https://two.example" },
  ],
  started_at: "2026-11-29T12:00:00Z",
};

it("names built-in tools in the user's language", () => {
  expect([titleOf(t, STEP), previewOf(t, STEP)]).toEqual(["steps.web_search", "steps.results 2"]);
});

it("uses a server's own words for its tools, also for one with the name of a built-in tool", () => {
  const foreign = { ...STEP, server_id: "s", title: "Find" };
  expect([titleOf(t, foreign), previewOf(t, foreign)]).toEqual(["Find", "2 results"]);
  expect(titleOf(t, { ...foreign, title: "" })).toBe("web_search");
});
