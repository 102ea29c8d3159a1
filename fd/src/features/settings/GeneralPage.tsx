import type { ReactNode } from "react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "@/i18n";
import { type SendKey, type Theme, usePreferences } from "./preferences";

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** Language, appearance and the key that sends. */
export function GeneralPage() {
  const { t, i18n } = useTranslation();
  const { theme, sendKey } = usePreferences();
  return (
    <div className="flex flex-col gap-8">
      <Choices
        legend={t("settings.language")}
        value={i18n.language as Language}
        onChange={(language) => void chooseLanguage(language)}
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
      <Choices<SendKey>
        legend={t("settings.sendKey")}
        value={sendKey}
        onChange={(next) => usePreferences.setState({ sendKey: next })}
        options={[
          { value: "enter", label: t("settings.sendKeyEnter") },
          { value: "mod-enter", label: t("settings.sendKeyModEnter", { mod: IS_APPLE ? "⌘" : "Ctrl" }) },
        ]}
      />
    </div>
  );
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
