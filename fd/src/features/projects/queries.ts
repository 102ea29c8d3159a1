// Queries and mutations of projects.
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Project, ProjectCreate, ProjectUpdate } from "@/api/types";

const projectsKey = ["projects"] as const;

/** All projects: archived ones last, pinned ones first, then newest first. */
export function useProjects() {
  return useQuery({
    queryKey: projectsKey,
    queryFn: ({ signal }) => body(api.GET("/project", { signal })),
    select: ({ items }) => items,
    staleTime: 60_000,
  });
}

/** A project, undefined until it is loaded and for an unknown id. */
export function useProject(id: string | null): Project | undefined {
  return useProjects().data?.find((project) => project.id === id);
}

export function refreshProjects(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: projectsKey });
}

/** Creates a project, or changes one: the body of the change has an `id`. */
export function useSaveProject() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (project: ProjectCreate | ProjectUpdate) =>
      "id" in project
        ? body(api.POST("/project/update", { body: project }))
        : body(api.POST("/project/create", { body: project })),
    onSuccess: () => refreshProjects(queryClient),
  });
}

export function useDeleteProject() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, deleteConversations }: { id: string; deleteConversations: boolean }) =>
      body(api.POST("/project/delete", { body: { ids: [id], delete_conversations: deleteConversations } })),
    onSuccess: () => refreshProjects(queryClient),
  });
}
