// Class names of the layout around the composer, shared by the first-paint composer and the application.

export const SIDEBAR = "flex w-68 shrink-0 flex-col border-e border-line bg-sidebar";
export const HEADER = "flex h-14 shrink-0 items-center";
export const FOOTER = "column shrink-0 pb-[max(0.5rem,env(safe-area-inset-bottom))]";
export const FOOTNOTE = "pt-2 text-center text-xs text-muted";
export const NEW_CONVERSATION = "flex min-h-0 flex-1 flex-col justify-end sm:justify-center sm:pb-[12vh]";
export const WELCOME =
  "column m-auto pb-7 text-center text-2xl font-medium tracking-tight sm:m-0 sm:mx-auto sm:text-[1.75rem]";
export const COMPOSER =
  "relative rounded-3xl border bg-raised shadow-composer transition-colors focus-within:border-strong-line";
export const COMPOSER_FIELD =
  "field-sizing-content block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4.5 pt-3.5 pb-1 text-base/6 outline-none";
export const COMPOSER_BUTTONS = "flex items-center justify-between px-2 pb-2";
export const ATTACHMENTS = "flex flex-wrap gap-2 px-3 pt-3";
export const ATTACHMENT = "relative size-20";
export const ATTACHMENT_PICTURE = "size-full rounded-xl border border-line object-cover";
