// Days of the use of models, as the charts show them.

/** A day in the form of the API, in UTC. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** The last `count` days until today, oldest first. */
export function lastDays(count: number, today = new Date()): string[] {
  return Array.from({ length: count }, (_, index) =>
    dayOf(new Date(today.getTime() - (count - 1 - index) * 86_400_000)),
  );
}

/** The query of a call for the period of these days. */
export const periodOf = (days: readonly string[]) => ({ from: days[0] ?? null, to: days.at(-1) ?? null });
