// Query and mutations of the logged-in account.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, publicApi, session } from "@/api/client";
import type { Profile } from "@/api/types";

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
  return useProfileChange((email: string) => body(api.POST("/user/me/email", { body: { email } })));
}

/** Authenticates with the refresh token and receives new tokens; every other device is logged out. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (passwords: { new_password: string; confirm_password: string }) =>
      session.withRefreshToken(async (refreshToken) => {
        const tokens = await body(
          publicApi.POST("/user/me/password", {
            body: passwords,
            headers: { Authorization: `Bearer ${refreshToken}` },
          }),
        );
        session.accept(tokens);
      }),
  });
}
