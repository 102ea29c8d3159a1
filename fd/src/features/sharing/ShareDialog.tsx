import { type ReactNode, useState } from "react";
import type { ShareCreate } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { SelectField } from "@/components/Field";
import { Form } from "@/components/Form";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import { useCreateShare } from "./mutations";
import { useShares } from "./queries";
import { ShareLink } from "./ShareLink";

const DAY = 24 * 3600;
const EXPIRIES = { never: null, day: DAY, week: 7 * DAY, month: 30 * DAY } as const;
type Expiry = keyof typeof EXPIRIES;

/** Shares a conversation, up to the message `leafId` if given: its links, and the form of a new one. */
export function ShareDialog({
  conversationId,
  leafId,
  onClose,
}: {
  conversationId: string;
  leafId?: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const shares = useShares();
  const content = useFocusKeeper<HTMLDivElement>(shares.data);
  const enabled = shares.data?.enabled !== false;
  const existing = (shares.data?.items ?? []).filter(
    ({ conversation_id, leaf_id }) =>
      conversation_id === conversationId && (leafId === undefined || leaf_id === leafId),
  );
  return (
    <Dialog
      open
      onClose={onClose}
      size="medium"
      title={t(leafId === undefined ? "share.title" : "share.upToHere")}
      description={t(!enabled ? "sharing.off" : leafId === undefined ? "sharing.intro" : "sharing.introHere")}
    >
      <div {...content} className="flex flex-col gap-5">
        {shares.isPending && <Skeleton className="h-9" />}
        <ErrorNotice error={shares.error} />
        {existing.length > 0 && (
          <section aria-label={t("sharing.existing")}>
            <ul className="flex flex-col gap-4">
              {existing.map((share) => (
                <li key={share.id}>
                  <ShareLink share={share} leafId={leafId} canUpdate={enabled} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {enabled && (
          <NewShare
            title={existing.length > 0 ? t("sharing.newLink") : null}
            request={{ conversation_id: conversationId, ...(leafId !== undefined && { leaf_id: leafId }) }}
            onClose={onClose}
          />
        )}
      </div>
    </Dialog>
  );
}

function NewShare({
  title,
  request,
  onClose,
}: {
  title: string | null;
  request: Pick<ShareCreate, "conversation_id" | "leaf_id">;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const creation = useCreateShare();
  const [include, setInclude] = useState({ images: true, reasoning: false, steps: false });
  const [sealed, setSealed] = useState(false);
  const [expiry, setExpiry] = useState<Expiry>("never");
  const create = () => {
    if (!creation.isPending) creation.mutate({ ...request, include, sealed, expires_in: EXPIRIES[expiry] });
  };
  return (
    <Form onSubmit={create} className="gap-4">
      {title !== null && <h3 className="border-t border-line pt-4 text-sm font-semibold">{title}</h3>}
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-sm font-medium">{t("sharing.include")}</legend>
        {(["images", "reasoning", "steps"] as const).map((name) => (
          <Checkbox
            key={name}
            checked={include[name]}
            onChange={(checked) => setInclude({ ...include, [name]: checked })}
            hint={name === "steps" ? t("sharing.stepsHint") : undefined}
          >
            {t(`sharing.${name}`)}
          </Checkbox>
        ))}
      </fieldset>
      <Checkbox checked={sealed} onChange={setSealed} hint={t("sharing.sealedHint")}>
        {t("sharing.sealed")}
      </Checkbox>
      <SelectField
        label={t("sharing.expiry")}
        value={expiry}
        onChange={({ target }) => setExpiry(target.value as Expiry)}
      >
        {Object.keys(EXPIRIES).map((name) => (
          <option key={name} value={name}>
            {t(`sharing.${name as Expiry}`)}
          </option>
        ))}
      </SelectField>
      <SaveActions saving={creation} label={t("sharing.create")} onCancel={onClose} />
    </Form>
  );
}

function Checkbox({
  checked,
  onChange,
  hint,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  hint?: string | undefined;
  children: ReactNode;
}) {
  return (
    <label className="flex min-h-8 items-start gap-2.5 py-1 text-sm pointer-coarse:min-h-11 pointer-coarse:items-center">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-4 flex-none accent-accent"
      />
      <span>
        {children}
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
    </label>
  );
}
