import { describe, expect, it } from "vitest";
import { fieldsOf, valuesOf } from "./form-schema";

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

  it("is empty for a schema that is none", () => {
    for (const schema of [{}, { properties: null }, { properties: "x" }])
      expect(fieldsOf(schema)).toEqual([]);
    expect(fieldsOf({ properties: { a: null } })[0]?.label).toBe("a");
  });
});
