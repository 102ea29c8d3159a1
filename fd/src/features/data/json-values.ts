// Fields of JSON whose shape is not guaranteed: a value of another type is absent.

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value).flatMap((entry): Fields[] => {
    const fields = fieldsOf(entry);
    return fields ? [fields] : [];
  });
}

/** A text, or "". */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A time as ISO-8601 in UTC: from ISO-8601, or a number of seconds, milliseconds or nanoseconds since 1970. */
export function timeOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return iso(Date.parse(withZone(value)));
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) return null;
  const milliseconds = value > 1e17 ? value / 1e6 : value > 1e11 ? value : value * 1000;
  return iso(milliseconds);
}

/** Times without a zone are in UTC, not in the reader's zone. */
function withZone(value: string): string {
  return /T[\d:.]+$/.test(value) ? `${value}Z` : value;
}

function iso(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? date.toISOString() : null;
}
