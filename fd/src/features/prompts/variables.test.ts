import { describe, expect, it } from "vitest";
import { readPrompts } from "./import";
import { fillIn, variablesOf } from "./variables";

const NOON = new Date("2026-03-01T12:00:00");

describe("variables of a prompt", () => {
  it("are asked for once each, in order, without those that are known", () => {
    expect(variablesOf("{{ plant }} on {{CURRENT_DATE}} in {{soil:select clay|sand}}, {{plant}}")).toEqual([
      { name: "plant", options: null },
      { name: "soil", options: ["clay", "sand"] },
    ]);
  });

  it("are filled in; text in braces that is no variable stays", () => {
    const values = new Map([["植物", "番茄 $& {{x}}"]]);
    expect(fillIn("{{植物}}? {a} {{}} {{CURRENT_WEEKDAY}}", values, "en", NOON)).toBe(
      "番茄 $& {{x}}? {a} {{}} Sunday",
    );
  });

  it("without a value are left out", () => {
    expect(fillIn("a{{b}}c", new Map(), "en", NOON)).toBe("ac");
  });

  it("are found in linear time", () => {
    // The shortest of several times, which was disturbed least.
    const time = (length: number) => {
      const text = "{{ a".repeat(length);
      const times = Array.from({ length: 7 }, () => {
        const start = performance.now();
        variablesOf(text);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    time(1_000);
    // Linear growth makes the ratio 10, quadratic growth 100.
    expect(time(20_000) / (time(2_000) + 0.05)).toBeLessThan(40);
  });
});

describe("a file of prompts", () => {
  it("of Open WebUI is read, with its variables", () => {
    const file = JSON.stringify([
      {
        command: "/sow",
        title: "Sowing",
        content: 'When? {{ soil | select:options=["clay","sand"] }} {{x | text}}',
      },
      { command: "long name", name: "Named", content: "Text" },
      { command: "/empty", title: "Empty", content: "" },
    ]);
    expect(readPrompts(file)).toEqual([
      { command: "sow", title: "Sowing", text: "When? {{soil:select clay|sand}} {{x}}" },
      { command: "long-name", title: "Named", text: "Text" },
    ]);
  });

  it("that is another file is refused", () => {
    for (const text of ["", "{}", "[]", '[{"command":1}]']) expect(() => readPrompts(text)).toThrow();
  });
});
