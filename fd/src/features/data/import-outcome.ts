import type { ApiError } from "@/api/errors";

/**
 * The result of the import of a conversation, or of something else that failed. `updated`: messages were added to it;
 * `known`: it had nothing new.
 */
export type Outcome = { readonly key: string; readonly title: string | null } & (
  | { state: "imported" | "updated" | "known"; id: string }
  | { state: "failed"; error: ApiError }
);
