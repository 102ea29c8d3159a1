import { ArrowDown, ArrowUp, Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { OfferedModel } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog, Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { moneyFormat } from "@/components/money";
import { Skeleton } from "@/components/Skeleton";
import { hostOf } from "@/features/models/pages";
import { useTranslation } from "@/i18n";
import { GROUPS } from "./groups";
import { OfferForm } from "./OfferForm";
import { useCurrency, useDeleteOffers, useOffers, useOrderOffers } from "./queries";

/** The models that the operator offers to users: add, change, order, stop offering. */
export function OffersPage() {
  const { t } = useTranslation();
  const offers = useOffers();
  const [edited, setEdited] = useState<OfferedModel | "new" | null>(null);
  const close = () => setEdited(null);
  // The newest, which another administrator may have changed meanwhile.
  const offer = edited === "new" ? null : (offers.data?.find(({ id }) => id === edited?.id) ?? edited);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("admin.modelsIntro")}</p>
      <Button variant="primary" className="self-start" onClick={() => setEdited("new")}>
        <Plus aria-hidden className="icon" />
        {t("admin.addModel")}
      </Button>
      <ErrorNotice error={offers.error} />
      {offers.isPending && <Skeleton className="h-40" />}
      {offers.data?.length === 0 && (
        <div className="rounded-xl border border-dashed border-line px-6 py-10 text-center">
          <p className="font-medium">{t("admin.noModels")}</p>
          <p className="mt-1 text-sm text-muted">{t("admin.noModelsHint")}</p>
        </div>
      )}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {offers.data?.map((listed, index) => (
          <OfferRow
            key={listed.id}
            offer={listed}
            index={index}
            ids={offers.data.map(({ id }) => id)}
            onEdit={() => setEdited(listed)}
          />
        ))}
      </ul>
      <Dialog
        size="medium"
        open={edited !== null}
        title={t(edited === "new" ? "admin.addModel" : "admin.editModel")}
        onClose={close}
      >
        {edited !== null && <OfferForm offer={offer} onDone={close} />}
      </Dialog>
    </div>
  );
}

function OfferRow({
  offer,
  index,
  ids,
  onEdit,
}: {
  offer: OfferedModel;
  index: number;
  /** All offered models, in their order. */
  ids: readonly string[];
  onEdit: () => void;
}) {
  const { t, language } = useTranslation();
  const [deleting, setDeleting] = useState(false);
  const order = useOrderOffers();
  const deletion = useDeleteOffers();
  const { id, name, model, base_url, price, groups, enabled } = offer;
  const money = moneyFormat(language, useCurrency(), 6);
  const move = (by: number) => {
    const moved = ids.filter((other) => other !== id);
    moved.splice(index + by, 0, id);
    order.mutate(moved);
  };
  const close = () => setDeleting(false);
  const offeredTo = GROUPS.filter(([group]) => groups.includes(group)).map(([, text]) => t(text));
  return (
    <li className="px-4 py-3 text-sm">
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span dir="auto" className="font-medium wrap-anywhere">
              {name}
            </span>
            {!enabled && <span className="text-xs text-danger">{t("admin.modelOff")}</span>}
          </p>
          <p className="text-xs wrap-anywhere text-muted">
            {model} · {hostOf(base_url)}
          </p>
          <p className="text-xs text-muted">
            {offeredTo.length > 0 ? offeredTo.join(", ") : t("admin.everybody")} · {t("admin.priceInput")}{" "}
            {money.format(price.input)} · {t("admin.priceOutput")} {money.format(price.output)}
          </p>
        </div>
        <Menu
          align="end"
          trigger={
            <IconButton label={t("admin.modelActions", { name })}>
              <Ellipsis aria-hidden className="icon" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden className="icon" />} onClick={onEdit}>
            {t("admin.editModel")}
          </MenuItem>
          {index > 0 && (
            <MenuItem icon={<ArrowUp aria-hidden className="icon" />} onClick={() => move(-1)}>
              {t("admin.moveUp")}
            </MenuItem>
          )}
          {index < ids.length - 1 && (
            <MenuItem icon={<ArrowDown aria-hidden className="icon" />} onClick={() => move(1)}>
              {t("admin.moveDown")}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={<Trash2 aria-hidden className="icon" />} onClick={() => setDeleting(true)}>
            {t("admin.deleteModel")}
          </MenuItem>
        </Menu>
      </div>
      <ErrorNotice error={order.error} />
      <ConfirmDialog
        open={deleting}
        title={t("admin.deleteModelTitle", { name })}
        description={t("admin.deleteModelHint")}
        confirmLabel={t("admin.deleteModel")}
        busy={deletion.isPending}
        error={deletion.error}
        onConfirm={() => deletion.mutate([id], { onSuccess: close })}
        onClose={close}
      />
    </li>
  );
}
