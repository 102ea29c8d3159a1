// Queries and mutations of tool servers (MCP).
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type {
  SearchEngine,
  SearchEngineSave,
  ToolPolicy,
  ToolServer,
  ToolServerCreate,
  ToolServerUpdate,
} from "@/api/types";

const serversQuery = queryOptions({
  queryKey: ["tool-servers"],
  queryFn: ({ signal }) => body(api.GET("/tool", { signal })),
  staleTime: 60_000,
});

/** The operator's tool servers, then the user's own. */
export function useToolServers() {
  return useQuery({ ...serversQuery, select: ({ items }) => items });
}

/** The tool servers as they are now: answers in chats and other devices change policies. */
export function useCurrentToolServers() {
  return useQuery({ ...serversQuery, staleTime: 0, select: ({ items }) => items });
}

/** A mutation after which the list is requested again. */
function useServerMutation<Value, Result>(mutationFn: (value: Value) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: serversQuery.queryKey }),
  });
}

/** Creates a tool server, or changes the one whose `id` is given. */
export function useSaveToolServer() {
  return useServerMutation(
    (server: ToolServerCreate | ToolServerUpdate): Promise<ToolServer> =>
      "id" in server
        ? body(api.POST("/tool/update", { body: server }))
        : body(api.POST("/tool/create", { body: server })),
  );
}

type Policy = ToolServer["policy"];

interface PolicyChange {
  /** The server's id. */
  id: string;
  tool: string;
  /** Null for the tool's default. */
  chosen: ToolPolicy | null;
}

const policyKey = ["tool-policy"];

/**
 * Changes what happens when a model calls a tool. The backend replaces the whole policy of a server, so changes are made
 * one after the other, each in a policy just loaded: an answer in a chat or another device may have changed it.
 */
export function useChangePolicy() {
  const queryClient = useQueryClient();
  const { queryKey } = serversQuery;
  return useMutation({
    mutationKey: policyKey,
    scope: { id: "tool-policy" },
    mutationFn: async (change: PolicyChange) => {
      const { items } = await body(api.GET("/tool"));
      const before = items.find(({ id }) => id === change.id)?.policy ?? {};
      return await body(
        api.POST("/tool/update", { body: { id: change.id, policy: changed(before, change) } }),
      );
    },
    onMutate: async (change) => {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, (list) => {
        if (!list) return list;
        const items = list.items.map((server) =>
          server.id === change.id ? { ...server, policy: changed(server.policy, change) } : server,
        );
        return { ...list, items };
      });
    },
    onSettled: () => {
      // A list that is loaded before the last change is made lacks that one.
      if (queryClient.isMutating({ mutationKey: policyKey }) > 1) return;
      void queryClient.invalidateQueries({ queryKey });
    },
  });
}

function changed(policy: Policy, { tool, chosen }: PolicyChange): Policy {
  const { [tool]: _, ...others } = policy;
  return chosen === null ? others : { ...others, [tool]: chosen };
}

export function useDeleteToolServer() {
  return useServerMutation((id: string) => body(api.POST("/tool/delete", { body: { ids: [id] } })));
}

/** Connects to a stored server, and lists its tools. */
export function useTestToolServer() {
  return useServerMutation((id: string) => body(api.POST("/tool/test", { body: { id } })));
}

/** Opens the page at which the user authorizes access to the server; it leads back to the settings. */
export function useAuthorizeToolServer() {
  return useMutation({
    mutationFn: async (id: string) => {
      const { url } = await body(api.POST("/tool/authorize", { body: { id } }));
      window.location.assign(url);
    },
  });
}

/** Finishes the authorization with the parameters of the return address. */
export function useFinishAuthorization() {
  return useServerMutation((parameters: { state: string; code: string; iss: string | null }) =>
    body(api.POST("/tool/authorized", { body: parameters })),
  );
}

const engineQuery = queryOptions({
  queryKey: ["search-engine"],
  queryFn: ({ signal }) => body(api.GET("/tool/search", { signal })),
});

/** The user's own search engine, and whether the site has one. */
export function useSearchEngine() {
  return useQuery(engineQuery);
}

export function useSaveSearchEngine() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (engine: SearchEngineSave): Promise<SearchEngine> =>
      body(api.POST("/tool/search/save", { body: engine })),
    onSuccess: (saved) => queryClient.setQueryData(engineQuery.queryKey, saved),
  });
}

export function useDeleteSearchEngine() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST("/tool/search/delete")),
    onSettled: () => queryClient.invalidateQueries({ queryKey: engineQuery.queryKey }),
  });
}

/** Searches once with the user's own search engine, else with the site's. */
export function useTestSearchEngine() {
  return useMutation({ mutationFn: () => body(api.POST("/tool/search/test")) });
}
