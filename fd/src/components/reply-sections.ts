interface Section<Step> {
  readonly text: string;
  /** After the text. */
  readonly steps: Step[];
}

/** The text of a reply cut at its steps; the last section has no steps. `at` counts code points. */
export function sectionsOf<Step extends { readonly at: number }>(
  text: string,
  steps: readonly Step[],
): readonly Section<Step>[] {
  const characters = [...text];
  const sections: Section<Step>[] = [];
  let start = 0;
  for (const step of steps) {
    const last = sections.at(-1);
    if (last && step.at <= start) {
      last.steps.push(step);
      continue;
    }
    sections.push({ text: characters.slice(start, step.at).join(""), steps: [step] });
    start = Math.min(step.at, characters.length);
  }
  return [...sections, { text: characters.slice(start).join(""), steps: [] }];
}
