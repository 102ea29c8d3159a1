// Queries and mutations of the user's model configs.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { errorFromMessage } from "@/api/errors";
import type {
  ModelConfigCreate,
  ModelConfigCreateMany,
  ModelConfigTest,
  ModelConfigUpdate,
  ModelDiscover,
} from "@/api/types";

const modelConfigsQuery = queryOptions({
  queryKey: ["model-configs"],
  queryFn: async ({ signal }) => (await body(api.GET("/model_config", { signal }))).items,
  staleTime: 60_000,
});

export function useModelConfigs() {
  return useQuery(modelConfigsQuery);
}

/** Whether the backend allows one more config, for the number that this client has. */
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
    mutationFn: (config: ModelConfigCreate | ModelConfigChange) =>
      "id" in config
        ? body(api.POST("/model_config/update", { body: { ...UNCHANGED, ...config } }))
        : body(api.POST("/model_config/create", { body: config })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["model-configs"] }),
  });
}

/** Further actions of an update. */
const UNCHANGED = { same_server: false, reset_learned: false };
export type ModelConfigChange = Omit<ModelConfigUpdate, keyof typeof UNCHANGED> &
  Partial<Pick<ModelConfigUpdate, keyof typeof UNCHANGED>>;

/** Creates the configs of several models of one server: all of them, or none. */
export function useCreateModelConfigs() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (configs: ModelConfigCreateMany) =>
      (await body(api.POST("/model_config/create_many", { body: configs }))).items,
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

/** Tests a model with one call. Also resolves when the model fails, with its error. */
export function useTestModelConfig() {
  return useMutation({
    mutationFn: async (config: ModelConfigTest) => {
      const { error, ...result } = await body(api.POST("/model_config/test", { body: config }));
      return { ...result, error: error ? errorFromMessage(error, Date.now()) : null };
    },
  });
}

/** Lists the models of a server. Rejects with the provider's error. */
export function useDiscoverModels() {
  return useMutation({
    mutationFn: async (server: ModelDiscover) => {
      const { models, error } = await body(api.POST("/model_config/discover", { body: server }));
      if (error) throw errorFromMessage(error, Date.now());
      return models ?? [];
    },
  });
}
