// The user's model configs and the calls that change them.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { ModelConfigCreate, ModelConfigTest, ModelConfigUpdate } from "@/api/types";

const modelConfigsQuery = queryOptions({
  queryKey: ["model-configs"],
  queryFn: async ({ signal }) => (await body(api.GET("/model_config", { signal }))).items,
  staleTime: 60_000,
});

export function useModelConfigs() {
  return useQuery(modelConfigsQuery);
}

/** Whether one more may be added, asked of the backend with the number that this client has. */
export function useCanCreateModelConfig(count: number | undefined) {
  return useQuery({
    queryKey: ["model-configs", "can-create", count],
    enabled: count !== undefined,
    queryFn: ({ signal }) =>
      body(api.POST("/model_config/can_create", { body: { count: count ?? 0 }, signal })),
  });
}

/** Creates a config, or changes the one whose `id` is given. */
export function useSaveModelConfig() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (config: ModelConfigCreate | ModelConfigUpdate) =>
      "id" in config
        ? body(api.POST("/model_config/update", { body: config }))
        : body(api.POST("/model_config/create", { body: config as ModelConfigCreate })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["model-configs"] }),
  });
}

export function useDeleteModelConfigs() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      body(api.POST("/model_config/delete", { body: { ids: [...ids] } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["model-configs"] }),
  });
}

export function useTestModelConfig() {
  return useMutation({
    mutationFn: (config: ModelConfigTest) => body(api.POST("/model_config/test", { body: config })),
  });
}
