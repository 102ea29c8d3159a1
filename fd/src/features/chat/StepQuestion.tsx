import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import type { AnswerBody, Step } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { CONTROL, Field } from "@/components/Field";
import { parseObject } from "@/components/json-object";
import { useFocusReturn } from "@/components/useFocusReturn";
import { type Translate, useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type FormField, fieldsOf, valuesOf } from "./form-schema";
import { titleOf } from "./step-title";

type Answer = Omit<AnswerBody, "message_id" | "n">;

/** What a step asks the user, with the answers: a card in the reply. */
export function StepQuestion({
  controller,
  messageId,
  step,
  onAnswer,
}: {
  controller: ConversationController;
  messageId: string;
  step: Step;
  /** Receives the card when the user has answered. */
  onAnswer: (card: HTMLElement) => void;
}) {
  const { t } = useTranslation();
  const heading = useId();
  const send = useMutation({
    mutationFn: (answer: Answer) => controller.answer({ message_id: messageId, n: step.n, ...answer }),
  });
  const card = useRef<HTMLElement>(null);
  const { ask } = step;
  if (!ask) return null;
  const answer = (given: Answer) => {
    if (card.current) onAnswer(card.current);
    send.mutate(given);
  };
  const props = { step, ask, busy: send.isPending, onAnswer: answer };
  return (
    <section
      ref={card}
      aria-labelledby={heading}
      className="my-1 flex flex-col gap-3 rounded-xl border border-line bg-raised p-4 text-sm"
    >
      <h3 id={heading} dir="auto" className="font-medium break-words">
        {headingOf(t, step, ask)}
      </h3>
      {ask.kind === "approve" && <Approval {...props} />}
      {ask.kind === "form" && <FormQuestion {...props} />}
      {ask.kind === "login" && <LoginQuestion {...props} />}
      {ask.kind === "unknown" && <Choice {...props} yes={t("steps.runAgain")} no={t("steps.dontRun")} />}
      {ask.kind === "limit" && <Choice {...props} yes={t("steps.goOn")} no={t("steps.endHere")} />}
      <ErrorNotice error={send.error} />
    </section>
  );
}

/** A server's own words for what it asks; ours for the others. */
function headingOf(t: Translate, step: Step, ask: NonNullable<Step["ask"]>): string {
  const title = titleOf(t, step);
  switch (ask.kind) {
    case "approve":
      return t("steps.approve", { title });
    case "unknown":
      return t("steps.mayHaveRun", { title });
    case "limit":
      return t("steps.manySteps");
    default:
      return ask.message;
  }
}

interface QuestionProps {
  step: Step;
  ask: NonNullable<Step["ask"]>;
  busy: boolean;
  onAnswer: (answer: Answer) => void;
}

/** The arguments, which can be changed, and: allow, always allow, or deny with a reason. */
function Approval({ step, busy, onAnswer }: QuestionProps) {
  const { t } = useTranslation();
  const given = typeof step.arguments === "string" ? step.arguments : JSON.stringify(step.arguments, null, 2);
  const [text, setText] = useState(given);
  const [reason, setReason] = useState<string | null>(null);
  const deny = useFocusReturn(reason !== null);
  const edited = text === given ? {} : parseObject(text);
  const allow = (decision: "allow" | "allow_always") => {
    if (edited !== null) onAnswer({ decision, ...(text === given ? {} : { arguments: edited }) });
  };
  return (
    <>
      <Field
        label={t("steps.sent")}
        error={edited === null ? t("steps.invalidJson") : undefined}
        hint={t("steps.sentHint")}
      >
        {(control) => (
          <textarea
            {...control}
            value={text}
            spellCheck={false}
            onChange={({ target }) => setText(target.value)}
            className={`${CONTROL} field-sizing-content max-h-60 min-h-10 py-2 font-mono sm:text-xs`}
          />
        )}
      </Field>
      {reason === null ? (
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" busy={busy} disabled={edited === null} onClick={() => allow("allow")}>
            {t("steps.allow")}
          </Button>
          <Button disabled={busy || edited === null} onClick={() => allow("allow_always")}>
            {t("steps.allowAlways")}
          </Button>
          <Button ref={deny} disabled={busy} onClick={() => setReason("")}>
            {t("steps.deny")}
          </Button>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onAnswer({ decision: "deny", ...(reason.trim() ? { reason: reason.trim() } : {}) });
          }}
          className="flex flex-col gap-3"
        >
          <Field label={t("steps.reason")}>
            {(control) => (
              <input
                {...control}
                // biome-ignore lint/a11y/noAutofocus: the user has just chosen to deny
                autoFocus
                dir="auto"
                maxLength={1000}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
                className={`${CONTROL} h-10`}
              />
            )}
          </Field>
          <div className="flex gap-2">
            <Button type="submit" variant="danger" busy={busy}>
              {t("steps.deny")}
            </Button>
            <Button onClick={() => setReason(null)}>{t("action.cancel")}</Button>
          </div>
        </form>
      )}
    </>
  );
}

function FormQuestion({ ask, busy, onAnswer }: QuestionProps) {
  const { t } = useTranslation();
  const fields = fieldsOf(ask.schema ?? {});
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, initial }) => [name, initial])),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer({ decision: "allow", form: valuesOf(fields, values) });
      }}
      className="flex flex-col gap-3"
    >
      {fields.map((field) => (
        <Field key={field.name} label={field.label} hint={field.description}>
          {(control) => (
            <FormControl
              control={control}
              field={field}
              value={values[field.name] ?? ""}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          )}
        </Field>
      ))}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          {t("steps.submit")}
        </Button>
        <Button disabled={busy} onClick={() => onAnswer({ decision: "deny" })}>
          {t("steps.decline")}
        </Button>
      </div>
    </form>
  );
}

function FormControl({
  control,
  field,
  value,
  onChange,
}: {
  control: object;
  field: FormField;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const props = { ...control, required: field.required, value, dir: "auto" } as const;
  if (field.options) {
    return (
      <select {...props} onChange={({ target }) => onChange(target.value)} className={`${CONTROL} h-10`}>
        {!field.required && <option value="" />}
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label ?? t(option.value === "true" ? "steps.yes" : "steps.no")}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...props}
      type={field.type}
      step={field.step}
      onChange={({ target }) => onChange(target.value)}
      className={`${CONTROL} h-10`}
    />
  );
}

/** The address is shown before it is opened: the server chose it. */
function LoginQuestion({ ask, busy, onAnswer }: QuestionProps) {
  const { t } = useTranslation();
  return (
    <>
      {ask.url && /^https?:/.test(ask.url) && (
        <a
          href={ask.url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="break-all text-accent underline underline-offset-4"
        >
          {ask.url}
        </a>
      )}
      <div className="flex gap-2">
        <Button variant="primary" busy={busy} onClick={() => onAnswer({ decision: "allow" })}>
          {t("steps.loggedIn")}
        </Button>
        <Button disabled={busy} onClick={() => onAnswer({ decision: "deny" })}>
          {t("steps.decline")}
        </Button>
      </div>
    </>
  );
}

function Choice({ busy, onAnswer, yes, no }: QuestionProps & { yes: string; no: string }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="primary" busy={busy} onClick={() => onAnswer({ decision: "allow" })}>
        {yes}
      </Button>
      <Button disabled={busy} onClick={() => onAnswer({ decision: "deny" })}>
        {no}
      </Button>
    </div>
  );
}
