import { Check, Plus, X } from "lucide-react";
import { useState } from "react";
import type { Project } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { ProjectName, useProjects } from "@/features/projects";
import { ProjectForm } from "@/features/projects/pages";
import { useTranslation } from "@/i18n";

/** Dialog that chooses the project of conversations. */
export function MoveToProject({
  projectId,
  onMove,
  onClose,
}: {
  /** Their project; null: in none; undefined: in different ones. */
  projectId: string | null | undefined;
  /** null: out of their project. */
  onMove: (project: Project | null) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const projects = useProjects();
  // An archived one only to show that they are in it.
  const offered = projects.data?.filter(({ id, archived }) => !archived || id === projectId);
  const [creating, setCreating] = useState(false);
  const move = (project: Project | null) => {
    onMove(project);
    onClose();
  };
  const row = "flex h-10 w-full items-center gap-2 rounded-lg px-2.5 text-sm hover:bg-hover";
  if (creating) return <ProjectForm onSaved={move} onClose={() => setCreating(false)} />;
  return (
    <Dialog open onClose={onClose} title={t("projects.moveTitle")}>
      <ErrorNotice error={projects.error} />
      {projects.isPending && <Skeleton className="h-10" />}
      <ul className="flex max-h-[50vh] flex-col gap-px overflow-y-auto">
        {offered?.map((project) => (
          <li key={project.id}>
            <button
              type="button"
              aria-pressed={project.id === projectId}
              onClick={() => move(project)}
              className={`${row} justify-between`}
            >
              <ProjectName project={project} />
              {project.id === projectId && <Check aria-hidden className="icon" />}
            </button>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => setCreating(true)} className={row}>
            <Plus aria-hidden className="icon" />
            {t("projects.new")}
          </button>
        </li>
        {projectId !== null && (
          <li>
            <button type="button" onClick={() => move(null)} className={row}>
              <X aria-hidden className="icon" />
              {t("projects.moveOut")}
            </button>
          </li>
        )}
      </ul>
    </Dialog>
  );
}
