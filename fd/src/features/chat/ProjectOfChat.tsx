import { useEffect } from "react";
import { Link } from "react-router";
import type { ToolChoice } from "@/api/types";
import { ProjectName, useProject } from "@/features/projects";
import { useTranslation } from "@/i18n";

/** The project that a new conversation will be in. Its model and its tools are suggested until the project is left. */
export function NewInProject({
  projectId,
  onModel,
  onTools,
}: {
  projectId: string;
  onModel: (id: string | null) => void;
  onTools: (tools: ToolChoice | null) => void;
}) {
  const { t } = useTranslation();
  const project = useProject(projectId);
  const model = project?.model_config_id ?? null;
  const tools = project?.tools ?? null;
  useEffect(() => {
    onModel(model);
    return () => onModel(null);
  }, [model, onModel]);
  useEffect(() => {
    onTools(tools);
    return () => onTools(null);
  }, [tools, onTools]);
  if (!project) return null;
  return (
    <p className="column mb-2 flex items-center justify-center gap-2 text-sm text-muted">
      <span className="sr-only">{t("projects.inProject")}</span>
      <Link to={`/p/${project.id}`} className="min-w-0 rounded-md hover:text-ink">
        <ProjectName project={project} />
      </Link>
    </p>
  );
}

/** Link to the project of a conversation. */
export function ProjectLink({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const project = useProject(projectId);
  if (!project) return null;
  return (
    <Link
      to={`/p/${project.id}`}
      aria-label={t("projects.open", { name: project.name })}
      className="flex h-9 max-w-48 items-center rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink max-sm:hidden"
    >
      <ProjectName project={project} />
    </Link>
  );
}
