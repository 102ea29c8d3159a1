// Queries and mutations of the user's model configs.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { toApiError } from "@/api/errors";
import { errorFromMessage } from "@/api/provider-error";
import type {
  ModelConfig,
  ModelConfigCreate,
  ModelConfigCreateMany,
  ModelConfigTest,
  ModelConfigUpdate,
  ModelDiscover,
} from "@/api/types";
import { closeToasts, showToast } from "@/components/toasts";
import { describeError, useTranslation } from "@/i18n";

/** Ids of the configs whose deletion can still be undone. */
const deleting = new Set<string>();

const modelConfigsQuery = queryOptions({
  queryKey: ["model-configs"],
  queryFn: async ({ signal }) => {
    const { items } = await body(api.GET("/model_config", { signal }));
    return items.filter(({ id }) => !deleting.has(id));
  },
  staleTime: 60_000,
});

/** The models that a user can choose: those that the operator offers, then the user's own. */
export function useModelConfigs() {
  return useQuery(modelConfigsQuery);
}

/** Whether a model is sent images: also where that is not known, as of the server's default model (null). */
export function useTakesImages(id: string | null): boolean {
  const config = useModelConfigs().data?.find((candidate) => candidate.id === id);
  const chosen = config?.params.image_delivery;
  // The user's choice has precedence over what was learned.
  const isChosen = chosen !== undefined && chosen !== "auto";
  return (isChosen ? chosen : config?.learned?.image_delivery) !== "none";
}

const own = (configs: readonly ModelConfig[]) => configs.filter(({ offered }) => !offered);

/** The user's own models. */
export function useOwnModelConfigs() {
  return useQuery({ ...modelConfigsQuery, select: own });
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

/** The result of `create`. Where the limit is reached, configs whose deletion can still be undone make room for it. */
async function makingRoom<Result>(create: () => Promise<Result>): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if (deleting.size === 0 || toApiError(error).code !== "model_config_limit") throw error;
    await closeToasts();
    return create();
  }
}

/** Creates a config, or changes the one whose `id` is given. */
export function useSaveModelConfig() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (config: ModelConfigCreate | ModelConfigChange) =>
      "id" in config
        ? body(api.POST("/model_config/update", { body: { ...UNCHANGED, ...config } }))
        : makingRoom(() => body(api.POST("/model_config/create", { body: config }))),
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
      (await makingRoom(() => body(api.POST("/model_config/create_many", { body: configs })))).items,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["model-configs"] }),
  });
}

/**
 * Removes configs from the list. They are deleted when the toast that can undo it is closed, or the page is left: a
 * deleted key cannot be restored.
 */
export function useDeleteModelConfigs() {
  const queryClient = useQueryClient();
  const { t } = useTranslation();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["model-configs"] });
  return (ids: readonly string[]) => {
    for (const id of ids) deleting.add(id);
    queryClient.setQueryData(modelConfigsQuery.queryKey, (configs) =>
      configs?.filter(({ id }) => !deleting.has(id)),
    );
    const end = () => {
      window.removeEventListener("pagehide", commit);
      for (const id of ids) deleting.delete(id);
    };
    const commit = async () => {
      window.removeEventListener("pagehide", commit);
      try {
        // Completed by the browser when the page is left.
        await api.POST("/model_config/delete", { body: { ids: [...ids] }, keepalive: true });
      } catch (error) {
        showToast(describeError(t, toApiError(error)));
      }
      end();
      await refresh();
    };
    const undo = () => {
      end();
      void refresh();
    };
    window.addEventListener("pagehide", commit);
    showToast(t("models.deleted", { count: ids.length }), { label: t("toasts.undo"), run: undo }, commit);
  };
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
