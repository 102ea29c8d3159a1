import type { ReactNode } from "react";
import { useId } from "react";
import { api, WEBSOCKET_URL } from "@/api/client";
import { CONTROL, Field } from "@/components/Field";
import { useModelConfigs } from "@/features/models";
import { chooseLanguage, LANGUAGES, useTranslation } from "@/i18n";
import { MOD_KEY } from "@/platform";
import { CustomInstructions } from "./CustomInstructions";
import {
  newChatModel,
  type SendKey,
  sendKeyOf,
  storeModelChoice,
  type TextSize,
  type Theme,
  type Transport,
  usePreferences,
} from "./preferences";

/** General settings: language, theme, text size, send key, diagrams, model of new conversations, transport of replies. */
export function GeneralPage() {
  const { t, language } = useTranslation();
  const { theme, textSize, transport, drawDiagrams } = usePreferences();
  const sendKey = usePreferences(sendKeyOf);
  const modelConfigId = usePreferences(newChatModel);
  const configs = useModelConfigs().data ?? [];
  return (
    <div className="flex flex-col gap-8">
      <Choices
        legend={t("settings.language")}
        value={language}
        onChange={(next) => {
          void chooseLanguage(next);
          storeLanguage(next);
        }}
        options={LANGUAGES.map(({ code, name }) => ({ value: code, label: <span lang={code}>{name}</span> }))}
      />
      <Choices<Theme>
        legend={t("settings.theme")}
        value={theme}
        onChange={(next) => usePreferences.setState({ theme: next })}
        options={[
          { value: "system", label: t("settings.themeSystem") },
          { value: "light", label: t("settings.themeLight") },
          { value: "dark", label: t("settings.themeDark") },
        ]}
      />
      <Choices<TextSize>
        legend={t("settings.textSize")}
        value={textSize}
        onChange={(next) => usePreferences.setState({ textSize: next })}
        options={[
          { value: "small", label: t("settings.textSmall") },
          { value: "normal", label: t("settings.textNormal") },
          { value: "large", label: t("settings.textLarge") },
          { value: "larger", label: t("settings.textLarger") },
        ]}
      />
      <Choices<SendKey>
        legend={t("settings.sendKey")}
        value={sendKey}
        onChange={(next) => usePreferences.setState({ sendKey: next })}
        options={[
          { value: "enter", label: t("settings.sendKeyEnter") },
          { value: "mod-enter", label: t("settings.sendKeyModEnter", { mod: MOD_KEY }) },
        ]}
      />
      <Choices<"drawn" | "source">
        legend={t("settings.diagrams")}
        value={drawDiagrams ? "drawn" : "source"}
        onChange={(next) => usePreferences.setState({ drawDiagrams: next === "drawn" })}
        options={[
          { value: "drawn", label: t("settings.diagramsDrawn") },
          { value: "source", label: t("settings.diagramsSource") },
        ]}
      />
      <Field label={t("settings.defaultModel")}>
        {(control) => (
          <select
            {...control}
            value={configs.some(({ id }) => id === modelConfigId) ? (modelConfigId ?? "") : ""}
            onChange={({ target }) => storeModelChoice(target.value || null)}
            className={`${CONTROL} h-10 max-w-sm`}
          >
            <option value="">{t("settings.serverModel")}</option>
            {configs.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <CustomInstructions />
      {WEBSOCKET_URL && (
        <details>
          <summary className="w-fit cursor-pointer rounded-md text-sm font-medium">
            {t("settings.advanced")}
          </summary>
          <div className="mt-4">
            <Choices<Transport>
              legend={t("settings.transport")}
              value={transport}
              onChange={(next) => usePreferences.setState({ transport: next })}
              options={[
                { value: "sse", label: t("settings.transportSse") },
                { value: "websocket", label: t("settings.transportWebSocket") },
              ]}
            />
          </div>
        </details>
      )}
    </div>
  );
}

/** Mails are in the language that was chosen last. The choice itself needs no server, so a failure is not shown. */
function storeLanguage(language: string): void {
  api.POST("/user/me/settings", { body: { language } }).catch(() => undefined);
}

function Choices<T extends string>({
  legend,
  value,
  onChange,
  options,
}: {
  legend: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode }[];
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex cursor-pointer items-center gap-2 rounded-lg border border-line px-3 py-2 text-sm hover:bg-hover has-checked:border-accent has-checked:bg-surface has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              className="size-4 accent-accent outline-none"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
