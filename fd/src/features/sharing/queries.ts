// Queries of share links.
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";

export const sharesKey = ["shares"] as const;

/** The user's share links, newest first, and whether new ones can be made. */
export function useShares() {
  return useQuery({
    queryKey: sharesKey,
    queryFn: ({ signal }) => body(api.GET("/share", { signal })),
    staleTime: 60_000,
  });
}

/** Whether the operator has turned sharing off; false until that is known. */
export function useIsSharingOff(): boolean {
  return useShares().data?.enabled === false;
}
