// Query and mutations of the logged-in account.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { inBatches } from "@/api/batches";
import { api, body, publicApi, session } from "@/api/client";
import type { Profile } from "@/api/types";
import { factorsQuery } from "./factors";
import { reauthenticated } from "./reauthentication";

const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: ({ signal }) => body(api.GET("/user/me", { signal })),
  staleTime: 60_000,
});

export function useProfile() {
  return useQuery(profileQuery);
}

function useProfileChange<T>(change: (value: T) => Promise<Profile>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (profile) => queryClient.setQueryData(profileQuery.queryKey, profile),
  });
}

export function useChangeUsername() {
  return useProfileChange((username: string) => body(api.POST("/user/me/username", { body: { username } })));
}

export function useChangeEmail() {
  return useProfileChange((email: string) =>
    reauthenticated(() => body(api.POST("/user/me/email", { body: { email } }))),
  );
}

/** The server's offers to accounts, such as mail and passkeys. */
export function useAccountOptionsQuery() {
  return useQuery({
    queryKey: ["account-options"],
    queryFn: ({ signal }) => body(publicApi.GET("/user/options", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Requests a mail with a link to verify the email address. */
export function useRequestVerification() {
  return useMutation({ mutationFn: () => api.POST("/user/email/verification") });
}

/** Authenticates with the refresh token and receives new tokens; every other device is logged out. */
export function useChangePassword() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (passwords: { new_password: string; confirm_password: string }) =>
      reauthenticated(() =>
        session.withRefreshToken(async (refreshToken) => {
          const tokens = await body(
            publicApi.POST("/user/me/password", {
              body: passwords,
              headers: { Authorization: `Bearer ${refreshToken}` },
            }),
          );
          session.accept(tokens);
        }),
      ),
    onSuccess: () => {
      void queryClient.invalidateQueries(sessionsQuery);
      void queryClient.invalidateQueries(factorsQuery);
    },
  });
}

const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) => (await body(api.GET("/user/session", { signal }))).items,
});

/** The logins of the account, the current one first. */
export function useLoginSessions() {
  return useQuery({
    ...sessionsQuery,
    select: (items) => [...items].sort((a, b) => Number(b.current) - Number(a.current)),
  });
}

/** Ends logins by id; the result is the number of those that were valid. */
export function useRevokeSessions() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      let revoked = 0;
      await inBatches(ids, async (batch) => {
        revoked += (await body(api.POST("/user/session/revoke", { body: { ids: batch } }))).revoked;
      });
      return revoked;
    },
    onSettled: () => queryClient.invalidateQueries(sessionsQuery),
  });
}

/** Deletes the account and ends the session. */
export function useDeleteAccount() {
  return useMutation({
    mutationFn: () =>
      reauthenticated(() =>
        session.withRefreshToken(async (refreshToken) => {
          await publicApi.POST("/user/me/delete", {
            body: {},
            headers: { Authorization: `Bearer ${refreshToken}` },
          });
          session.end("logged-out");
        }),
      ),
  });
}
