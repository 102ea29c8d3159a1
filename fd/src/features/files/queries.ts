// Queries and mutations of files.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { StoredFile } from "@/api/types";

const MAX_FILES = 200;
const POLL_MS = 2000;
/** Time in which an upload begins, or never does: its URL is valid that long (`upload_url_seconds`). */
const MAX_UPLOAD_MS = 10 * 60_000;

const projectFiles = (projectId: string) =>
  queryOptions({
    queryKey: ["project-files", projectId],
    queryFn: async ({ signal }) => {
      const query = { project_id: projectId, limit: MAX_FILES };
      const { items } = await body(api.GET("/file", { params: { query }, signal }));
      return items.map(withFailure);
    },
    staleTime: 60_000,
    // Uploads of another page are polled until they are read.
    refetchInterval: ({ state }) => (state.data?.some(isUnderway) ? POLL_MS : false),
  });

const isUnderway = ({ state }: StoredFile) => state === "uploading" || state === "reading";

/** An upload that was given up has failed; the backend does not know of it. */
function withFailure(file: StoredFile): StoredFile {
  if (file.state !== "uploading" || Date.now() - Date.parse(file.created_at) < MAX_UPLOAD_MS) return file;
  return { ...file, state: "failed", error: { code: "upload_unfinished", message: "" } };
}

/** The files of a project, newest first; null: of none. */
export function useProjectFiles(projectId: string | null) {
  return useQuery({
    ...projectFiles(projectId ?? ""),
    enabled: projectId !== null,
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
