// Forms of tool servers: the flat JSON Schema of MCP's elicitation as fields, and their values as JSON.

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly initial: string;
  /** The input's type, where there are no options. */
  readonly type: "text" | "number" | "email" | "url" | "date" | "datetime-local";
  readonly step: "any" | "1" | undefined;
  /** `label` is absent for true and false. */
  readonly options: readonly { readonly value: string; readonly label?: string }[] | null;
  readonly kind: "string" | "number" | "boolean" | "list";
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a schema's properties, in its order. A property of an unknown kind is a text. */
export function fieldsOf(schema: Schema): FormField[] {
  const properties = objectOf(schema.properties);
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, value]) => {
    const property = objectOf(value);
    const { type, format } = property;
    const isNumber = type === "number" || type === "integer";
    const kind = type === "boolean" ? "boolean" : isNumber ? "number" : type === "array" ? "list" : "string";
    const control = {
      type: isNumber ? "number" : inputType(format),
      options: optionsOf(property, kind),
    } as const;
    const initial = initialOf(property, kind, required.includes(name));
    return {
      name,
      label: textOf(property.title) ?? name,
      description: textOf(property.description),
      required: required.includes(name) && kind !== "list",
      initial: isTime(control) ? localTime(initial) : initial,
      step: type === "integer" ? "1" : isNumber ? "any" : undefined,
      kind,
      ...control,
    };
  });
}

/** The values as the schema's types. An empty optional field is left out. */
export function valuesOf(
  fields: readonly FormField[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    const { name, kind } = field;
    const value = values[name] ?? "";
    if (kind === "list") result[name] = value === "" ? [] : [value];
    else if (value === "") continue;
    else if (kind === "number") result[name] = Number(value);
    else if (kind === "boolean") result[name] = value === "true";
    else result[name] = isTime(field) ? withZone(value) : value;
  }
  return result;
}

/** Whether the control shows a time in the browser's zone; the schema's is of any zone. */
function isTime({ type, options }: Pick<FormField, "type" | "options">): boolean {
  return type === "datetime-local" && options === null;
}

/** A local time as a time of RFC 3339. */
function withZone(value: string): string {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : time.toISOString().replace(".000Z", "Z");
}

/** The local time of any, to the minute; empty for what is none. */
function localTime(value: string): string {
  const time = new Date(value);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? "" : local.toISOString().slice(0, 16);
}

function initialOf(property: Schema, kind: FormField["kind"], required: boolean): string {
  const { default: initial } = property;
  if (["string", "number", "boolean"].includes(typeof initial)) return String(initial);
  if (kind === "boolean" && required) return "false";
  return required ? (optionsOf(property, kind)?.[0]?.value ?? "") : "";
}

function optionsOf(property: Schema, kind: FormField["kind"]): FormField["options"] {
  if (kind === "boolean") return [{ value: "true" }, { value: "false" }];
  const source = kind === "list" ? objectOf(property.items) : property;
  const titled = Array.isArray(source.oneOf)
    ? source.oneOf
    : Array.isArray(source.anyOf)
      ? source.anyOf
      : null;
  if (titled) {
    return titled.map(objectOf).map(({ const: value, title }) => ({
      value: String(value),
      label: textOf(title) ?? String(value),
    }));
  }
  if (!Array.isArray(source.enum)) return null;
  const names = Array.isArray(source.enumNames) ? source.enumNames : [];
  return source.enum.map((value, index) => ({
    value: String(value),
    label: textOf(names[index]) ?? String(value),
  }));
}

function inputType(format: unknown): FormField["type"] {
  switch (format) {
    case "email":
      return "email";
    case "uri":
      return "url";
    case "date":
      return "date";
    case "date-time":
      return "datetime-local";
    default:
      return "text";
  }
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
