import { Folder } from "lucide-react";
import type { Project } from "@/api/types";

/** A project's icon, an emoji or else a folder, and its name. */
export function ProjectName({ project }: { project: Pick<Project, "name" | "icon"> }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span aria-hidden className="grid w-5 flex-none place-items-center">
        {project.icon ?? <Folder className="icon text-muted" />}
      </span>
      <span dir="auto" className="truncate text-start">
        {project.name}
      </span>
    </span>
  );
}
