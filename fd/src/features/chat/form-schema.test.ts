import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FormField, fieldsOf, valuesOf } from "./form-schema";

const SCHEMA = {
  type: "object",
  properties: {
    name: { type: "string", title: "Name", description: "Yours", default: "Ann" },
    mail: { type: "string", format: "email" },
    age: { type: "integer" },
    agreed: { type: "boolean" },
    color: {
      type: "string",
      oneOf: [
        { const: "r", title: "Red" },
        { const: "b", title: "Blue" },
      ],
    },
    size: { type: "string", enum: ["s", "m"], enumNames: ["Small", "Medium"] },
    tags: { type: "array", items: { enum: ["a", "b"] } },
  },
  required: ["name", "agreed", "color"],
};

describe("the form of a tool server", () => {
  it("has a field for each property, with its kind, choices and default", () => {
    const fields = fieldsOf(SCHEMA);
    expect(fields.map(({ name, type, initial, required }) => [name, type, initial, required])).toEqual([
      ["name", "text", "Ann", true],
      ["mail", "email", "", false],
      ["age", "number", "", false],
      ["agreed", "text", "false", true],
      ["color", "text", "r", true],
      ["size", "text", "", false],
      ["tags", "text", "", false],
    ]);
    expect(fields[4]?.options).toEqual([
      { value: "r", label: "Red" },
      { value: "b", label: "Blue" },
    ]);
    expect(fields[5]?.options?.[1]).toEqual({ value: "m", label: "Medium" });
  });

  it("gives values of the schema's types, without empty ones", () => {
    const values = { name: "Bo", mail: "", age: "41", agreed: "true", color: "b", size: "", tags: "a" };
    expect(valuesOf(fieldsOf(SCHEMA), values)).toEqual({
      name: "Bo",
      age: 41,
      agreed: true,
      color: "b",
      tags: ["a"],
    });
  });

  describe.each(["UTC", "Asia/Kolkata", "America/St_Johns"])("in %s", (zone) => {
    beforeEach(() => void vi.stubEnv("TZ", zone));
    afterEach(() => void vi.unstubAllEnvs());
    const time = (initial?: string) =>
      fieldsOf({ properties: { at: { type: "string", format: "date-time", default: initial } } });

    it.each(["2026-11-03T10:00:00Z", "2026-07-03T12:30:00+02:00"])("shows and sends the time %s", (given) => {
      const fields = time(given);
      const { type, initial } = fields[0] as FormField;
      expect([type, initial]).toEqual([
        "datetime-local",
        expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d$/),
      ]);
      expect(Date.parse(initial)).toBe(Date.parse(given));
      const sent = new Date(given).toISOString().replace(".000", "");
      expect(valuesOf(fields, { at: initial })).toEqual({ at: sent });
    });

    it("shows no time that is none, and sends none that is not given", () => {
      expect(time("soon")[0]?.initial).toBe("");
      expect(valuesOf(time(), { at: "" })).toEqual({});
    });

    it("sends a chosen time as the schema has it", () => {
      const given = ["2026-11-03T10:00:00.5Z"];
      const fields = fieldsOf({
        properties: { at: { format: "date-time", enum: given, default: given[0] } },
      });
      expect(fields[0]?.initial).toBe(given[0]);
      expect(valuesOf(fields, { at: given[0] as string })).toEqual({ at: given[0] });
    });
  });

  it("is empty for a schema that is none", () => {
    for (const schema of [{}, { properties: null }, { properties: "x" }])
      expect(fieldsOf(schema)).toEqual([]);
    expect(fieldsOf({ properties: { a: null } })[0]?.label).toBe("a");
  });
});
