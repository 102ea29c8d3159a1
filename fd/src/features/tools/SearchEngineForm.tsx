import { ApiError } from "@/api/errors";
import type { SearchEngine } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";
import { ENGINE_NAMES, type EngineName, KEY_PAGES } from "./engines";
import { useSaveSearchEngine } from "./queries";

/** Dialog for the user's own search engine and its API key. */
export function SearchEngineForm({
  engine,
  onSaved,
  onClose,
}: {
  engine: SearchEngine;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const save = useSaveSearchEngine();
  // The stored key stays with its provider and address, where it is not entered again.
  const hasKey = (provider: string, baseUrl: string) =>
    provider === engine.provider && baseUrl.trim() === (engine.base_url ?? "");
  const form = useForm({
    initial: { provider: engine.provider ?? "brave", base_url: engine.base_url ?? "", api_key: "" },
    validate: ({ provider, base_url, api_key }) => ({
      base_url:
        URL.canParse(base_url.trim()) || (base_url.trim() === "" && provider !== "searxng")
          ? undefined
          : "tools.searchUrlRule",
      api_key:
        provider !== "searxng" && api_key.trim() === "" && !hasKey(provider, base_url)
          ? "tools.required"
          : undefined,
    }),
  });
  const { provider, base_url } = form.values as { provider: EngineName; base_url: string };
  const isUnsafe = save.error instanceof ApiError && save.error.code === "unsafe_url";
  const keyPage = KEY_PAGES[provider];
  const submit = (values: Record<"provider" | "base_url" | "api_key", string>) => {
    const isKeyed = provider !== "searxng" && values.api_key.trim() !== "";
    save.mutate(
      {
        provider,
        ...(values.base_url.trim() === "" ? {} : { base_url: values.base_url.trim() }),
        ...(isKeyed ? { api_key: values.api_key.trim() } : {}),
      },
      {
        onSuccess: () => {
          onSaved();
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={t("tools.searchOwn")}>
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <SelectField label={t("tools.searchProvider")} {...form.field("provider")}>
          {Object.entries(ENGINE_NAMES).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        {provider !== "searxng" && (
          <PasswordField
            label={t("tools.searchKey")}
            autoComplete="off"
            hint={
              <>
                {engine.api_key_hint && hasKey(provider, base_url)
                  ? t("tools.searchCurrentKey", { hint: engine.api_key_hint })
                  : t("tools.searchKeyHint")}{" "}
                <a href={keyPage} target="_blank" rel="noreferrer" className="underline">
                  {t("tools.searchKeyPage")}
                </a>
              </>
            }
            {...form.field("api_key")}
            error={form.errors.api_key && t(form.errors.api_key)}
          />
        )}
        <TextField
          label={t(provider === "searxng" ? "tools.searchUrl" : "tools.searchUrlOptional")}
          hint={t(provider === "searxng" ? "tools.searchUrlHint" : "tools.searchUrlEmpty")}
          type="url"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={2000}
          placeholder="https://search.example.com"
          {...form.field("base_url")}
          error={
            (form.errors.base_url && t(form.errors.base_url)) ??
            (isUnsafe ? t("errors.unsafe_url") : undefined)
          }
        />
        <SaveActions
          saving={isUnsafe ? { error: null, isPending: save.isPending } : save}
          onCancel={onClose}
        />
      </Form>
    </Dialog>
  );
}
