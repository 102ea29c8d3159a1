// Queries and mutations of files.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";

const MAX_FILES = 200;
const POLL_MS = 2000;

const projectFiles = (projectId: string) =>
  queryOptions({
    queryKey: ["project-files", projectId],
    queryFn: ({ signal }) =>
      body(api.GET("/file", { params: { query: { project_id: projectId, limit: MAX_FILES } }, signal })),
    staleTime: 60_000,
    // Of files that another page has uploaded.
    refetchInterval: ({ state }) =>
      state.data?.items.some((file) => file.state === "reading") ? POLL_MS : false,
  });

/** The files of a project, newest first; null: of none. */
export function useProjectFiles(projectId: string | null) {
  return useQuery({
    ...projectFiles(projectId ?? ""),
    enabled: projectId !== null,
    select: ({ items }) => items,
  });
}

export function refreshProjectFiles(queryClient: QueryClient, projectId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: projectFiles(projectId).queryKey });
}

/** Has the pages of a project's scan rendered, by which models see it. */
export function useAddPages(projectId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => body(api.POST("/file/page_images", { body: { id } })),
    // Until it is read, the list is polled.
    onSuccess: () => refreshProjectFiles(queryClient, projectId),
  });
}

export function useDeleteProjectFile(projectId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => body(api.POST("/file/delete", { body: { ids: [id] } })),
    onSuccess: () => refreshProjectFiles(queryClient, projectId),
  });
}
