// Query and mutation of the user's settings in the backend.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { UserSettings } from "@/api/types";

const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => body(api.GET("/user/me/settings", { signal })),
});

export function useUserSettings() {
  return useQuery(settingsQuery);
}

/** Changes the given settings. */
export function useSaveUserSettings() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<Pick<UserSettings, "instructions" | "login_notices">>) =>
      body(api.POST("/user/me/settings", { body: changes })),
    onSuccess: (saved) => queryClient.setQueryData(settingsQuery.queryKey, saved),
  });
}
