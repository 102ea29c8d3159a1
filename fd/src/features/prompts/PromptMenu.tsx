import { type Ref, useImperativeHandle, useState } from "react";
import type { Prompt } from "@/api/types";
import { useTranslation } from "@/i18n";
import { usePrompts } from "./queries";
import { VariablesForm } from "./VariablesForm";
import { fillIn, variablesOf } from "./variables";

const MAX_SHOWN = 8;

export interface PromptMenuHandle {
  /** Whether the key was for the menu. */
  onKeyDown(key: string): boolean;
}

/**
 * The prompts whose command or title begins with what was typed after the slash. The keys go to the text field, which
 * passes them on: arrows choose, Enter and Tab insert, Escape closes.
 */
export function PromptMenu({
  ref,
  query,
  projectId,
  onText,
  onClose,
}: {
  ref: Ref<PromptMenuHandle>;
  query: string;
  projectId: string | null;
  /** The text to write instead of the command. */
  onText: (text: string) => void;
  onClose: () => void;
}) {
  const { t, language } = useTranslation();
  const prompts = usePrompts().data ?? [];
  const [chosen, setChosen] = useState(0);
  const [asking, setAsking] = useState<Prompt | null>(null);
  const found = matching(prompts, query, projectId).slice(0, MAX_SHOWN);
  const current = Math.min(chosen, found.length - 1);

  const insert = (prompt: Prompt, values: ReadonlyMap<string, string>) =>
    onText(fillIn(prompt.text, values, language, new Date()));
  const choose = (prompt: Prompt | undefined) => {
    if (!prompt) return;
    if (variablesOf(prompt.text).length > 0) setAsking(prompt);
    else insert(prompt, new Map());
  };
  useImperativeHandle(ref, () => ({
    onKeyDown: (key) => {
      if (asking || found.length === 0) return false;
      if (key === "ArrowDown") setChosen((current + 1) % found.length);
      else if (key === "ArrowUp") setChosen((current + found.length - 1) % found.length);
      else if (key === "Enter" || key === "Tab") choose(found[current]);
      else if (key === "Escape") onClose();
      else return false;
      return true;
    },
  }));

  if (asking)
    return (
      <VariablesForm
        prompt={asking}
        onDone={(values) => insert(asking, values)}
        onClose={() => setAsking(null)}
      />
    );
  if (found.length === 0) return null;
  return (
    <div className="absolute inset-x-0 bottom-full z-20 mb-2 rounded-xl border border-line bg-raised p-1 shadow-raised">
      <div role="listbox" aria-label={t("prompts.page")} className="flex flex-col">
        {found.map((prompt, index) => (
          <div
            key={prompt.id}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            // The focus stays in the text field.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(prompt)}
            onKeyDown={() => undefined}
            className="flex cursor-pointer items-baseline gap-3 rounded-lg px-2.5 py-1.5 text-sm hover:bg-hover aria-selected:bg-hover pointer-coarse:min-h-11"
          >
            <span className="font-mono">/{prompt.command}</span>
            <span dir="auto" className="truncate text-muted">
              {prompt.title}
            </span>
          </div>
        ))}
      </div>
      <p role="status" className="sr-only">
        {found[current] && `/${found[current].command} ${found[current].title}`}
      </p>
    </div>
  );
}

/** Prompts of the project and of none; those whose command begins with the query first. */
function matching(prompts: readonly Prompt[], query: string, projectId: string | null): Prompt[] {
  const words = query.toLocaleLowerCase();
  const rank = ({ command, title }: Prompt) => {
    if (command.toLocaleLowerCase().startsWith(words)) return 0;
    return title.toLocaleLowerCase().includes(words) ? 1 : 2;
  };
  return prompts
    .filter((prompt) => (prompt.project_id === null || prompt.project_id === projectId) && rank(prompt) < 2)
    .sort((a, b) => rank(a) - rank(b));
}
