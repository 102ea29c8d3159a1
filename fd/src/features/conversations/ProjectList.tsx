import { Plus } from "lucide-react";
import { type DragEvent, useState } from "react";
import { Link, useMatch, useNavigate } from "react-router";
import type { Project } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { lazyPart } from "@/components/lazy-part";
import { Skeleton } from "@/components/Skeleton";
import { ProjectName, useProjects } from "@/features/projects";
import { useTranslation } from "@/i18n";
import { useConversationActions } from "./actions";
import { droppedConversations, hasConversations } from "./drag";

const ProjectForm = lazyPart(async () => (await import("@/features/projects/pages")).ProjectForm);

/** The sidebar's projects, archived ones folded. A chat that is dropped on one moves into it. */
export function ProjectList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const projects = useProjects();
  const archived = projects.data?.filter((project) => project.archived) ?? [];
  return (
    <>
      {projects.isPending && <Skeleton className="mx-2.5 my-2 h-5 w-3/5" />}
      {projects.isError && (
        <ErrorNotice error={projects.error}>
          <Button onClick={() => void projects.refetch()}>{t("action.retry")}</Button>
        </ErrorNotice>
      )}
      <ul className="flex max-h-[30vh] flex-col gap-px overflow-y-auto">
        {projects.data
          ?.filter(({ archived }) => !archived)
          .map((project) => (
            <ProjectRow key={project.id} project={project} />
          ))}
        <li>
          <button
            type="button"
            onClick={() => setCreating(true)}
            className="flex h-9 w-full items-center gap-2 rounded-lg px-2.5 text-sm text-muted hover:bg-hover hover:text-ink"
          >
            <span className="grid w-5 place-items-center">
              <Plus aria-hidden className="icon" />
            </span>
            {t("projects.new")}
          </button>
        </li>
        {archived.length > 0 && (
          <li>
            <details>
              <summary className="cursor-pointer rounded-lg px-2.5 py-1.5 text-xs text-muted outline-offset-[-2px] hover:bg-hover">
                {t("conversations.showArchived")}
              </summary>
              <ul className="flex flex-col gap-px">
                {archived.map((project) => (
                  <ProjectRow key={project.id} project={project} />
                ))}
              </ul>
            </details>
          </li>
        )}
      </ul>
      {creating && (
        <ProjectForm onSaved={({ id }) => void navigate(`/p/${id}`)} onClose={() => setCreating(false)} />
      )}
    </>
  );
}

function ProjectRow({ project }: { project: Project }) {
  const actions = useConversationActions();
  const isOpen = useMatch(`/p/${project.id}`) !== null;
  const [isTarget, setIsTarget] = useState(false);
  const onDragOver = (event: DragEvent) => {
    if (!hasConversations(event.dataTransfer)) return;
    event.preventDefault();
    setIsTarget(true);
  };
  const onDrop = (event: DragEvent) => {
    setIsTarget(false);
    const ids = droppedConversations(event);
    if (ids.length === 0) return;
    event.preventDefault();
    void actions.moveTo(ids, project);
  };
  return (
    <li>
      <Link
        to={`/p/${project.id}`}
        title={project.name}
        aria-current={isOpen ? "page" : undefined}
        onDragOver={onDragOver}
        onDragLeave={() => setIsTarget(false)}
        onDrop={onDrop}
        data-target={isTarget || undefined}
        className="flex h-9 items-center rounded-lg px-2.5 text-sm outline-offset-[-2px] hover:bg-hover aria-[current]:bg-hover aria-[current]:font-medium data-target:bg-hover data-target:outline-2 data-target:outline-accent"
      >
        <ProjectName project={project} />
      </Link>
    </li>
  );
}
