import { describe, expect, it } from "vitest";
import { shortened } from "./names";

describe("a shortened name", () => {
  it("is the name where it is short enough", () => {
    expect(shortened("Work 🙂", 6)).toBe("Work 🙂");
  });

  it("has no half of a character", () => {
    expect(shortened("🙂🙂🙂", 2)).toBe("🙂🙂");
  });

  it("does not end with a joiner", () => {
    expect(shortened("a👨\u200d👩", 3)).toBe("a👨");
  });
});
