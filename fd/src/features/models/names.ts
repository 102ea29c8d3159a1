// Names of model configs.

/** The first `most` characters of a name, counted like the backend: in code points, of which an emoji has several. */
export function shortened(name: string, most: number): string {
  const start = Array.from(name).slice(0, most).join("");
  // The backend refuses a joiner that joins nothing.
  return start.replace(/[\u200c\u200d]$/, "");
}
