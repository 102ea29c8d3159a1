import { Download, Plus, Trash2, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { toApiError } from "@/api/errors";
import type { Prompt } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { download } from "@/components/download";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useProjects } from "@/features/projects";
import { describeError, useTranslation } from "@/i18n";
import { readPrompts } from "./import";
import { PromptForm } from "./PromptForm";
import { useDeletePrompt, useImportPrompts, usePrompts, useSavePrompt } from "./queries";

/** The settings page of prompts. */
export function PromptsPage() {
  const { t, language } = useTranslation();
  const prompts = usePrompts();
  const [open, setOpen] = useState<Prompt | "new" | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const importing = useImportPrompts();
  const list = useFocusKeeper<HTMLUListElement>(prompts.data);
  const [fileError, setFileError] = useState<unknown>(null);
  const refused = importing.data?.refused ?? [];

  const importFile = async (file: File) => {
    setFileError(null);
    importing.reset();
    try {
      const { added, existing, error } = await importing.mutateAsync(readPrompts(await file.text()));
      setFileError(error);
      showToast(
        [
          t("promptSettings.imported", { count: added }),
          ...(existing ? [t("promptSettings.existing", { count: existing })] : []),
        ].join(" "),
      );
    } catch (error) {
      setFileError(error);
    }
  };
  const save = () => {
    const content = (prompts.data ?? []).map(({ command, title, text }) => ({
      command,
      title,
      content: text,
    }));
    download(new File([JSON.stringify(content, null, 2)], "prompts.json", { type: "application/json" }));
  };

  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("promptSettings.intro")}</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={() => setOpen("new")}>
          <Plus aria-hidden className="icon" />
          {t("promptSettings.new")}
        </Button>
        <Button busy={importing.isPending} onClick={() => picker.current?.click()}>
          <Upload aria-hidden className="icon" />
          {t("promptSettings.import")}
        </Button>
        <input
          ref={picker}
          type="file"
          accept="application/json,.json"
          hidden
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            target.value = "";
            if (file) void importFile(file);
          }}
        />
        <Button disabled={!prompts.data?.length} onClick={save}>
          <Download aria-hidden className="icon" />
          {t("promptSettings.export")}
        </Button>
      </div>
      <ErrorNotice error={fileError ?? prompts.error} />
      {refused.length > 0 && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-sm wrap-anywhere">
          {t("promptSettings.refused", {
            names: new Intl.ListFormat(language).format(refused.map((command) => `/${command}`)),
          })}
        </p>
      )}
      {prompts.isPending && <Skeleton className="h-16" />}
      {prompts.data?.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("promptSettings.empty")}</p>
      )}
      <ul {...list} className="flex flex-col gap-2">
        {prompts.data?.map((prompt) => (
          <PromptRow key={prompt.id} prompt={prompt} onOpen={() => setOpen(prompt)} />
        ))}
      </ul>
      {open !== null && (
        <PromptForm prompt={open === "new" ? undefined : open} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function PromptRow({ prompt, onOpen }: { prompt: Prompt; onOpen: () => void }) {
  const { t } = useTranslation();
  const deletion = useDeletePrompt();
  const save = useSavePrompt();
  const project = useProjects().data?.find(({ id }) => id === prompt.project_id);
  // The row may be gone when they fail.
  const showError = (error: unknown) => void showToast(describeError(t, toApiError(error)));
  const remove = async () => {
    const { id, command, title, text, project_id } = prompt;
    await deletion.mutateAsync(id);
    showToast(t("promptSettings.deleted", { command }), {
      label: t("toasts.undo"),
      run: () => void save.mutateAsync({ command, title, text, project_id }).catch(showError),
    });
  };
  return (
    <li className="flex items-center rounded-xl border border-line hover:bg-hover">
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-xl px-4 py-2.5 text-start">
        <span className="flex items-baseline gap-2">
          <span className="font-mono text-sm">/{prompt.command}</span>
          <span dir="auto" className="truncate text-sm font-medium">
            {prompt.title}
          </span>
          {project && <span className="truncate text-xs text-muted">{project.name}</span>}
        </span>
        <span dir="auto" className="block truncate text-xs text-muted">
          {prompt.text}
        </span>
      </button>
      <IconButton
        label={t("promptSettings.delete", { command: prompt.command })}
        onClick={() => void remove().catch(showError)}
        className="me-1.5"
      >
        <Trash2 aria-hidden className="icon" />
      </IconButton>
    </li>
  );
}
