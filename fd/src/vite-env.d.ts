/// <reference types="vite/client" />

/** The texts of the first-paint composer, by language (`vite.config.ts`). */
declare module "virtual:first-paint-texts" {
  const texts: Readonly<
    Record<
      import("@/i18n").Language,
      { readonly welcome: string; readonly placeholder: string; readonly footer: string }
    >
  >;
  export default texts;
}
