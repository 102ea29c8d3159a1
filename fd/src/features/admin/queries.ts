// Queries and mutations of the operator's pages.
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { AdminUserUpdate } from "@/api/types";

const USERS = ["admin", "users"] as const;
const AUDIT = ["admin", "audit"] as const;

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

/** A mutation after which the operator's lists are requested again. */
function useAdminMutation<Value, Result>(mutationFn: (value: Value) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["admin"] }),
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
