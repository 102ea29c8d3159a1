// Queries and mutations of the operator's pages.
import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type {
  AdminUserUpdate,
  GroupBudget,
  InviteCreate,
  OfferedModelCreate,
  OfferedModelUpdate,
  OfferedServerCreate,
  OfferedServerUpdate,
  StageSettings,
  StageSettingsChange,
} from "@/api/types";

const USERS = ["admin", "users"] as const;
const AUDIT = ["admin", "audit"] as const;
const BUDGETS = ["admin", "budgets"] as const;

/** Accounts whose address or name contains `search`, newest first. */
export function useUsers(search: string) {
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: [...USERS, search],
      queryFn: ({ pageParam, signal }) =>
        body(
          api.GET("/admin/user", {
            params: { query: { q: search, ...(pageParam && { cursor: pageParam }) } },
            signal,
          }),
        ),
      initialPageParam: "",
      getNextPageParam: ({ next_cursor }) => next_cursor,
      select: ({ pages }) => pages.flatMap(({ items }) => items),
      placeholderData: (previous) => previous,
    }),
  );
}

export function useAuditLog() {
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: AUDIT,
      queryFn: ({ pageParam, signal }) =>
        body(api.GET("/admin/audit", { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
      initialPageParam: "",
      getNextPageParam: ({ next_cursor }) => next_cursor,
      select: ({ pages }) => pages.flatMap(({ items }) => items),
    }),
  );
}

/** A mutation after which the operator's lists are requested again, and the user's list named by `alsoList`. */
function useAdminMutation<Value, Result>(mutationFn: (value: Value) => Promise<Result>, alsoList?: string) {
  const queryClient = useQueryClient();
  const lists = ["admin", ...(alsoList ? [alsoList] : [])];
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all(lists.map((list) => queryClient.invalidateQueries({ queryKey: [list] }))),
  });
}

export function useUpdateUser() {
  return useAdminMutation((change: AdminUserUpdate) =>
    body(api.POST("/admin/user/update", { body: change })),
  );
}

/** Ends every login of an account; the result is their number. */
export function useLogOutUser() {
  return useAdminMutation(
    async (id: string) => (await body(api.POST("/admin/user/revoke_sessions", { body: { id } }))).revoked,
  );
}

export function useDeleteUser() {
  return useAdminMutation(async (id: string) => {
    await api.POST("/admin/user/delete", { body: { id } });
  });
}

/** The offered models, in the order in which users see them. */
export function useOffers() {
  return useQuery({
    queryKey: ["admin", "models"],
    queryFn: async ({ signal }) => (await body(api.GET("/admin/model", { signal }))).items,
  });
}

/** A mutation after which everybody's list of models is requested again, too. */
function useOfferMutation<Value, Result>(mutationFn: (value: Value) => Promise<Result>) {
  return useAdminMutation(mutationFn, "model-configs");
}

/** Offers a model, or changes the one whose `id` is given. */
export function useSaveOffer() {
  return useOfferMutation((offer: OfferedModelCreate | OfferedModelUpdate) =>
    "id" in offer
      ? body(api.POST("/admin/model/update", { body: offer }))
      : body(api.POST("/admin/model/create", { body: offer })),
  );
}

export function useOrderOffers() {
  return useOfferMutation((ids: string[]) => body(api.POST("/admin/model/order", { body: { ids } })));
}

export function useDeleteOffers() {
  return useOfferMutation((ids: string[]) => body(api.POST("/admin/model/delete", { body: { ids } })));
}

/** The tool servers that are offered to every user, oldest first. */
export function useOfferedServers() {
  return useQuery({
    queryKey: ["admin", "tools"],
    queryFn: async ({ signal }) => (await body(api.GET("/admin/tool", { signal }))).items,
  });
}

/** A mutation after which everybody's list of tool servers is requested again, too. */
function useServerMutation<Value, Result>(mutationFn: (value: Value) => Promise<Result>) {
  return useAdminMutation(mutationFn, "tool-servers");
}

/** Offers a tool server, or changes the one whose `id` is given. */
export function useSaveOfferedServer() {
  return useServerMutation((server: OfferedServerCreate | OfferedServerUpdate) =>
    "id" in server
      ? body(api.POST("/admin/tool/update", { body: server }))
      : body(api.POST("/admin/tool/create", { body: server })),
  );
}

export function useDeleteOfferedServer() {
  return useServerMutation((id: string) => body(api.POST("/admin/tool/delete", { body: { ids: [id] } })));
}

/** Connects to a stored server that is enabled, and lists its tools. */
export function useTestOfferedServer() {
  return useServerMutation((id: string) => body(api.POST("/tool/test", { body: { id } })));
}

export function useGroupBudgets() {
  return useQuery({
    queryKey: BUDGETS,
    queryFn: async ({ signal }) => (await body(api.GET("/admin/budget", { signal }))).items,
  });
}

export function useSetGroupBudget() {
  const queryClient = useQueryClient();
  return useAdminMutation(async (change: GroupBudget) => {
    const { items } = await body(api.POST("/admin/budget/update", { body: change }));
    queryClient.setQueryData(BUDGETS, items);
  });
}

const settingsQuery = queryOptions({
  queryKey: ["admin", "settings"],
  queryFn: ({ signal }) => body(api.GET("/admin/settings", { signal })),
});

export function useStageSettings() {
  return useQuery(settingsQuery);
}

/** The currency of prices, costs and budgets (ISO 4217), as soon as it is known. */
export function useCurrency(): string | undefined {
  return useStageSettings().data?.values.currency;
}

/** Changes settings of the stage to what `changeOf` returns for the newest ones; null is the default. */
export function useSaveSetting() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (changeOf: (newest: StageSettings) => StageSettingsChange) => {
      // Another administrator may have changed the other fields of a setting.
      const newest = await queryClient.fetchQuery({ ...settingsQuery, staleTime: 0 });
      return body(api.POST("/admin/settings", { body: changeOf(newest) }));
    },
    onSuccess: (settings) => queryClient.setQueryData(settingsQuery.queryKey, settings),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ["admin"] }),
        // Whether visitors can register.
        queryClient.invalidateQueries({ queryKey: ["account-options"] }),
      ]),
  });
}

/** Invitations that have not expired, newest first. */
export function useInvites() {
  return useQuery({
    queryKey: ["admin", "invites"],
    queryFn: async ({ signal }) => (await body(api.GET("/admin/invite", { signal }))).items,
  });
}

export function useCreateInvite() {
  return useAdminMutation((invite: InviteCreate) => body(api.POST("/admin/invite", { body: invite })));
}

export function useRevokeInvites() {
  return useAdminMutation((ids: string[]) => body(api.POST("/admin/invite/revoke", { body: { ids } })));
}

/** Creates a link with which an account sets a new password; the result is its URL. */
export function useResetLink() {
  return useAdminMutation(
    async (id: string) => (await body(api.POST("/admin/user/reset_link", { body: { id } }))).url,
  );
}
