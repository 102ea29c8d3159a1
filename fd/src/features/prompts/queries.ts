// Queries and mutations of prompts.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { toApiError } from "@/api/errors";
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

/** Imports prompts one by one; returns the number of new ones, and of those whose command exists already. */
export function useImportPrompts() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (prompts: readonly ImportedPrompt[]) => {
      const result = { added: 0, existing: 0 };
      for (const prompt of prompts) {
        try {
          await body(api.POST("/prompt/create", { body: { ...prompt, project_id: null } }));
          result.added += 1;
        } catch (error) {
          if (toApiError(error).code !== "command_taken") throw error;
          result.existing += 1;
        }
      }
      return result;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: promptsKey }),
  });
}
