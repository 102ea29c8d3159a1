import { useQueryClient } from "@tanstack/react-query";
import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  ListChecks,
  Pencil,
  Pin,
  PinOff,
  Search,
  SquarePen,
  Trash2,
} from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { toApiError } from "@/api/errors";
import type { Project } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useSearchField } from "@/components/useSearchField";
import { ProjectFiles } from "@/features/files/pages";
import { ProjectName, useProjects, useSaveProject } from "@/features/projects";
import { DeleteProject, ProjectForm } from "@/features/projects/pages";
import { HEADER } from "@/first-paint/layout";
import { describeError, useTranslation } from "@/i18n";
import { useConversationActions } from "./actions";
import { ConversationRows } from "./ConversationRows";
import { ListEnd, ListStatus } from "./ListStatus";
import { ACTIVE, refreshConversations, useConversationList } from "./queries";
import { SelectionBar } from "./SelectionBar";
import { handleSelectionKey, useSelection } from "./selection";

/** The page of a project: its instructions, its files and its chats. `navigation`: the button that opens the sidebar. */
export function ProjectPage({ navigation }: { navigation: ReactNode }) {
  const { t } = useTranslation();
  const { id } = useParams();
  const projects = useProjects();
  const project = projects.data?.find((each) => each.id === id);
  return (
    <div className="flex h-full flex-col">
      <header className={`${HEADER} gap-1 px-3`}>
        {navigation}
        <h1 className="min-w-0 flex-1 px-2 text-base font-semibold">
          {project && <ProjectName project={project} />}
        </h1>
        {project && <ProjectMenu project={project} />}
      </header>
      <div className="relative min-h-0 flex-1 overflow-y-auto">
        <div className="column max-w-2xl pt-2 pb-16">
          <ErrorNotice error={projects.error} />
          {projects.isPending && <Skeleton className="h-24" />}
          {projects.isSuccess && !project && (
            <p className="py-12 text-center text-muted">{t("projects.unknown")}</p>
          )}
          {project && <Contents key={project.id} project={project} />}
        </div>
      </div>
    </div>
  );
}

function Contents({ project }: { project: Project }) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const { query: q, field } = useSearchField();
  const [editing, setEditing] = useState(false);
  const filter = { ...ACTIVE, projectId: project.id, q };
  const list = useConversationList(filter);
  const conversations = list.data ?? [];
  const ids = conversations.map(({ id }) => id);
  const chats = useRef<HTMLElement>(null);
  const selection = useSelection(ids, null, chats);
  return (
    <>
      <Link
        to={`/?project=${project.id}`}
        className="flex h-12 items-center gap-2.5 rounded-2xl border border-line bg-raised px-4 text-muted shadow-raised hover:text-ink"
      >
        <SquarePen aria-hidden className="icon" />
        {t("projects.newChat", { name: project.name })}
      </Link>
      <button
        type="button"
        onClick={() => setEditing(true)}
        className="mt-4 block w-full rounded-xl bg-surface px-4 py-3 text-start text-sm hover:bg-hover"
      >
        <span className="font-medium">{t("projects.instructions")}</span>
        <span dir="auto" className="mt-1 line-clamp-3 block whitespace-pre-wrap text-muted">
          {project.instructions || t("projects.noInstructions")}
        </span>
      </button>
      <ProjectFiles projectId={project.id} />
      <div className="relative mt-6">
        <Search aria-hidden className="icon absolute start-2.5 top-1/2 -translate-y-1/2 text-muted" />
        <input
          type="search"
          dir="auto"
          {...field}
          placeholder={t("projects.search")}
          aria-label={t("projects.search")}
          className="h-10 w-full rounded-lg bg-hover ps-9 pe-3 text-base sm:text-sm"
        />
      </div>
      <section
        ref={chats}
        aria-label={t("conversations.title")}
        onKeyDown={(event) => void handleSelectionKey(event, selection, ids, chats.current)}
        className="mt-3"
      >
        <ListStatus list={list} emptyText={t(q ? "conversations.noMatch" : "projects.empty")} />
        <ConversationRows
          conversations={conversations}
          openId={null}
          selection={selection}
          actions={actions}
        />
        <ListEnd list={list} />
      </section>
      {selection.ids ? (
        <div className="sticky bottom-3 mt-3 rounded-xl border border-line bg-raised p-2 shadow-raised">
          <SelectionBar selection={selection} filter={filter} list={list} actions={actions} />
        </div>
      ) : (
        conversations.length > 0 && (
          <Button
            variant="quiet"
            className="mt-2 h-8 px-2.5 font-normal text-muted"
            onClick={() => selection.set([])}
          >
            <ListChecks aria-hidden className="icon" />
            {t("conversations.select")}
          </Button>
        )
      )}
      {editing && <ProjectForm project={project} onClose={() => setEditing(false)} />}
    </>
  );
}

function ProjectMenu({ project }: { project: Project }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const save = useSaveProject();
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const { id, name, pinned, archived } = project;
  /** Whether the change was saved; otherwise its error is shown. */
  const change = async (fields: { pinned: boolean } | { archived: boolean }): Promise<boolean> => {
    try {
      await save.mutateAsync({ id, ...fields });
      return true;
    } catch (error) {
      showToast(describeError(t, toApiError(error)));
      return false;
    }
  };
  const setArchived = async (value: boolean) => {
    if (!(await change({ archived: value }))) return;
    const text = value ? t("projects.archived", { name }) : t("conversations.unarchivedToast");
    showToast(text, { label: t("toasts.undo"), run: () => void change({ archived: !value }) });
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t("projects.menu")} size="large">
            <Ellipsis aria-hidden className="icon" />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil aria-hidden className="icon" />} onClick={() => setDialog("edit")}>
          {t("projects.edit")}
        </MenuItem>
        <MenuItem
          icon={pinned ? <PinOff aria-hidden className="icon" /> : <Pin aria-hidden className="icon" />}
          onClick={() => void change({ pinned: !pinned })}
        >
          {t(pinned ? "conversations.unpin" : "conversations.pin")}
        </MenuItem>
        <MenuItem
          icon={
            archived ? (
              <ArchiveRestore aria-hidden className="icon" />
            ) : (
              <Archive aria-hidden className="icon" />
            )
          }
          onClick={() => void setArchived(!archived)}
        >
          {t(archived ? "conversations.unarchive" : "conversations.archive")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden className="icon" />} onClick={() => setDialog("delete")}>
          {t("action.delete")}
        </MenuItem>
      </Menu>
      {dialog === "edit" && <ProjectForm project={project} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <DeleteProject
          project={project}
          onDeleted={() => {
            refreshConversations(queryClient);
            void navigate("/");
          }}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
