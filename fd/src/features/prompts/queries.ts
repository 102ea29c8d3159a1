// Queries and mutations of prompts.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { type ApiError, toApiError } from "@/api/errors";
import type { PromptCreate, PromptUpdate } from "@/api/types";
import type { ImportedPrompt } from "./import";

const promptsKey = ["prompts"] as const;

/** All prompts, of every project and of none, by command. */
export function usePrompts() {
  return useQuery({
    queryKey: promptsKey,
    queryFn: ({ signal }) => body(api.GET("/prompt", { signal })),
    select: ({ items }) => items,
    staleTime: 60_000,
  });
}

/** Creates a prompt, or changes one: the body of the change has an `id`. */
export function useSavePrompt() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (prompt: PromptCreate | PromptUpdate) =>
      "id" in prompt
        ? body(api.POST("/prompt/update", { body: prompt }))
        : body(api.POST("/prompt/create", { body: prompt })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: promptsKey }),
  });
}

export function useDeletePrompt() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => body(api.POST("/prompt/delete", { body: { ids: [id] } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: promptsKey }),
  });
}

/** Codes of errors for which the next prompt need not be refused, too. */
const REFUSALS: readonly string[] = ["validation_error", "payload_too_large"];

interface ImportResult {
  added: number;
  /** Prompts whose command exists already. */
  existing: number;
  /** Commands of the prompts that the API does not accept. */
  refused: string[];
  /** The reason why the rest was not tried, such as a limit. */
  error: ApiError | null;
}

/** Imports prompts one by one. */
export function useImportPrompts() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (prompts: readonly ImportedPrompt[]) => {
      const result: ImportResult = { added: 0, existing: 0, refused: [], error: null };
      for (const prompt of prompts) {
        try {
          await body(api.POST("/prompt/create", { body: { ...prompt, project_id: null } }));
          result.added += 1;
        } catch (caught) {
          const error = toApiError(caught);
          if (error.code === "command_taken") result.existing += 1;
          else if (REFUSALS.includes(error.code)) result.refused.push(prompt.command);
          else return { ...result, error };
        }
      }
      return result;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: promptsKey }),
  });
}
