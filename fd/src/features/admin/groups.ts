// The groups of accounts, with their names for people.
import type { TextKey } from "@/i18n";

export const GROUPS = [
  ["free", "profile.groupFree"],
  ["pro", "profile.groupPro"],
  ["admin", "profile.groupAdmin"],
] as const satisfies readonly (readonly [string, TextKey])[];

export type Group = (typeof GROUPS)[number][0];
