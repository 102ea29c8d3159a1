// Queries and mutations of the account's sign-ins with other providers.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, publicApi } from "@/api/client";
import { openProvider } from "@/features/sign-in";
import { reauthenticated } from "./reauthentication";

const identitiesQuery = queryOptions({
  queryKey: ["identities"],
  queryFn: async ({ signal }) => (await body(api.GET("/user/identity", { signal }))).items,
});

/** The account's sign-ins, oldest first. */
export function useIdentities() {
  return useQuery(identitiesQuery);
}

/** The providers that the operator has configured. */
export function useSignInProviders() {
  return useQuery({
    queryKey: ["sign-in-providers"],
    queryFn: async ({ signal }) => (await body(publicApi.GET("/user/oidc", { signal }))).providers,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Leaves the page for the provider's. The variable is the provider's id. */
export function useConnectIdentity() {
  return useMutation({
    mutationFn: (provider: string) =>
      reauthenticated(async () =>
        openProvider(await body(api.POST("/user/identity/start", { body: { provider } })), "link"),
      ),
  });
}

/** Authenticates again, as `useConnectIdentity`. */
export function useAuthenticateWithProvider() {
  return useMutation({
    mutationFn: async (provider: string) =>
      openProvider(
        await body(api.POST("/user/reauthenticate/oidc/start", { body: { provider } })),
        "reauthenticate",
      ),
  });
}

/** The variable is the sign-in's id. */
export function useRemoveIdentity() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      reauthenticated(() => body(api.POST("/user/identity/remove", { body: { id } }))),
    onSuccess: () => queryClient.invalidateQueries(identitiesQuery),
  });
}
