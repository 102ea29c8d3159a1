// Actions of the user on conversations. Each is confirmed by a toast with an undo, or an error.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useRef, useState } from "react";
import { matchPath, useLocation, useNavigate } from "react-router";
import { toApiError } from "@/api/errors";
import type { Conversation, Project } from "@/api/types";
import { showToast } from "@/components/toasts";
import { describeError, type Translate, useTranslation } from "@/i18n";
import {
  deleteConversations,
  groupByProject,
  restoreConversations,
  updateConversation,
  updateConversations,
} from "./queries";

/** Receives the number of conversations that are done. */
type Progress = (done: number) => void;

interface Page {
  t: Translate;
  pathname: string;
  navigate: (path: string) => unknown;
}

export class ConversationActions {
  readonly #queryClient: QueryClient;
  readonly #page: () => Page;

  /** `page`: returns the current page, whose language and address change. */
  constructor(queryClient: QueryClient, page: () => Page) {
    this.#queryClient = queryClient;
    this.#page = page;
  }

  rename(id: string, title: string): void {
    void this.#attempt(() => updateConversation(this.#queryClient, { id, title }));
  }

  setModel(id: string, modelConfigId: string | null): void {
    void this.#attempt(() => updateConversation(this.#queryClient, { id, model_config_id: modelConfigId }));
  }

  setPinned({ id }: Pick<Conversation, "id">, pinned: boolean): void {
    const set = (value: boolean) =>
      this.#attempt(() => updateConversation(this.#queryClient, { id, pinned: value }));
    void set(pinned).then((done) => {
      if (!done) return;
      const { t } = this.#page();
      const text = t(pinned ? "conversations.pinnedToast" : "conversations.unpinnedToast");
      showToast(text, { label: t("toasts.undo"), run: () => void set(!pinned) });
    });
  }

  /** Archives conversations, or takes them out of the archive. Whether that succeeded, as in the other actions. */
  async setArchived(ids: readonly string[], archived: boolean, onProgress?: Progress): Promise<boolean> {
    const set = (value: boolean) =>
      this.#attempt(() => updateConversations(this.#queryClient, ids, { archived: value }, onProgress));
    if (!(await set(archived))) return false;
    const { t } = this.#page();
    const text = t(archived ? "conversations.archived" : "conversations.unarchivedToast", {
      count: ids.length,
    });
    showToast(text, { label: t("toasts.undo"), run: () => void set(!archived) });
    return true;
  }

  /** Moves conversations to a project, or out of theirs (null). */
  async moveTo(
    ids: readonly string[],
    project: Pick<Project, "id" | "name"> | null,
    onProgress?: Progress,
  ): Promise<boolean> {
    const idsBefore = groupByProject(this.#queryClient, ids);
    const move = () =>
      updateConversations(this.#queryClient, ids, { project_id: project?.id ?? null }, onProgress);
    if (!(await this.#attempt(move))) return false;
    const { t } = this.#page();
    const count = ids.length;
    const moveBack = async () => {
      for (const [project_id, those] of idsBefore)
        await updateConversations(this.#queryClient, those, { project_id });
    };
    showToast(
      project ? t("projects.moved", { name: project.name, count }) : t("projects.movedOut", { count }),
      { label: t("toasts.undo"), run: () => void this.#attempt(moveBack) },
    );
    return true;
  }

  /** Moves conversations to the bin; an open one is left, and opened again by the undo. */
  async delete(ids: readonly string[], onProgress?: Progress): Promise<boolean> {
    const opened = this.#leave(ids);
    const done = await this.#attempt(() => deleteConversations(this.#queryClient, ids, false, onProgress));
    if (!done) return false;
    const { t } = this.#page();
    showToast(t("conversations.deleted", { count: ids.length }), {
      label: t("toasts.undo"),
      run: () =>
        void this.#attempt(() => restoreConversations(this.#queryClient, ids)).then((restored) => {
          if (restored && opened !== null) this.#page().navigate(`/c/${opened}`);
        }),
    });
    return true;
  }

  /** Takes conversations out of the bin. */
  async restore(ids: readonly string[]): Promise<void> {
    const done = await this.#attempt(() => restoreConversations(this.#queryClient, ids));
    const { t } = this.#page();
    if (done) showToast(t("conversations.restored", { count: ids.length }));
  }

  /** Deletes a temporary conversation, which has no bin. */
  async deleteTemporary(id: string): Promise<void> {
    this.#leave([id]);
    const done = await this.#attempt(() => deleteConversations(this.#queryClient, [id]));
    if (done) showToast(this.#page().t("conversations.deletedTemporary"));
  }

  /** Navigates to a new conversation if one of these is open; returns the open one. */
  #leave(ids: readonly string[]): string | null {
    const { pathname, navigate } = this.#page();
    const open = matchPath("/c/:id", pathname)?.params.id;
    if (open === undefined || !ids.includes(open)) return null;
    navigate("/");
    return open;
  }

  /** Whether the call succeeded; otherwise its error is shown. */
  async #attempt(call: () => Promise<void>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      showToast(describeError(this.#page().t, toApiError(error)));
      return false;
    }
  }
}

/** The same object in every render. */
export function useConversationActions(): ConversationActions {
  const queryClient = useQueryClient();
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const page = useRef<Page>({ t, pathname, navigate });
  useLayoutEffect(() => {
    page.current = { t, pathname, navigate };
  });
  const [actions] = useState(() => new ConversationActions(queryClient, () => page.current));
  return actions;
}
