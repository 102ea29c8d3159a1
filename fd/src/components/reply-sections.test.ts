import { describe, expect, it } from "vitest";
import { sectionsOf } from "./reply-sections";

describe("the sections of a reply", () => {
  it("end where steps were made, as counted in code points", () => {
    expect(sectionsOf("🍵 tea. Done.", [{ at: 6 }])).toEqual([
      { text: "🍵 tea.", steps: [{ at: 6 }] },
      { text: " Done.", steps: [] },
    ]);
  });

  it("have the steps that were made at the same place together", () => {
    const steps = [{ at: 0 }, { at: 0 }, { at: 2 }, { at: 2 }];
    expect(sectionsOf("Tea", steps)).toEqual([
      { text: "", steps: steps.slice(0, 2) },
      { text: "Te", steps: steps.slice(2) },
      { text: "a", steps: [] },
    ]);
  });

  it("lose no step behind the end of the text", () => {
    const steps = [{ at: 9 }, { at: 12 }];
    const sections = sectionsOf("Tea", steps);
    expect(sections.flatMap((section) => section.steps)).toEqual(steps);
    expect(sections.map(({ text }) => text).join("")).toBe("Tea");
  });
});
