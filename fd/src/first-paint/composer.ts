// The first-paint composer (decision 0017): the page's first script shows it, so that users can type before the application is
// loaded. It reads the session, the draft and the theme; the application takes it over (`handover.ts`), or else this offers
// to reload the page.
import TEXTS from "virtual:first-paint-texts";
import type { Language } from "@/i18n";
import { TOUCH_SCREEN } from "@/platform";
import { DRAFT_PREFIX, PREFERENCES_KEY, SESSION_KEY } from "@/storage-keys";
import { FIRST_PAINT_ID, NEW } from "./handover";
import {
  ATTACHMENT,
  ATTACHMENT_PICTURE,
  ATTACHMENTS,
  COMPOSER,
  COMPOSER_BUTTONS,
  COMPOSER_FIELD,
  FOOTER,
  FOOTNOTE,
  HEADER,
  NEW_CONVERSATION,
  SIDEBAR,
  WELCOME,
} from "./layout";

/** The routes of chat pages, which have a composer: a new conversation, or an existing one. */
const CHAT_ROUTE = /^(?:#?\/?|#\/c\/([^/?]+))$/;

interface Stored {
  readonly userId?: unknown;
  readonly state?: {
    readonly theme?: unknown;
    readonly textSize?: unknown;
    readonly sendKey?: unknown;
    readonly sidebarOpen?: unknown;
  };
}

function stored(key: string): Stored {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as Stored | null) ?? {};
  } catch {
    // Malformed, for example edited by hand: treated as absent.
    return {};
  }
}

type Texts = (typeof TEXTS)[string];

/** Sets up the page in a language: the theme, the text size, and for logged-in users on a chat page, the composer. */
export function setUpPage(language: Language): void {
  const { userId } = stored(SESSION_KEY);
  const { theme, textSize, sendKey, sidebarOpen } = stored(PREFERENCES_KEY).state ?? {};
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
    for (const bar of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]"))
      bar.media = bar.media.includes(theme) ? "all" : "not all";
  }
  if (typeof textSize === "string") document.documentElement.dataset.textSize = textSize;
  const route = CHAT_ROUTE.exec(location.hash);
  const texts = TEXTS[language];
  if (!texts) return;
  // A script's error, also that of one whose application cannot begin (`main.tsx`).
  const onError = ({ target }: Event) => {
    if ((target as HTMLScriptElement).type === "module") offerReload(texts);
  };
  window.addEventListener("error", onError, true);
  if (typeof userId !== "string" || !route) return;
  showComposer(texts, {
    conversation: route[1] ?? NEW,
    draftKey: `${DRAFT_PREFIX}${userId}:${route[1] ?? NEW}`,
    enterSends: sendKey ? sendKey === "enter" : !window.matchMedia(TOUCH_SCREEN).matches,
    sidebar: sidebarOpen !== false,
  });
}

/** Without the application: a message can be written, but not sent. */
function offerReload({ failed, reload }: Texts): void {
  const button = element("button", "rounded-full bg-surface px-4 py-2", [reload]);
  button.onclick = () => location.reload();
  const notice = element("div", "flex items-center justify-between gap-2 p-2", [failed, button]);
  notice.role = "alert";
  const field = document.querySelector<HTMLTextAreaElement>(`#${FIRST_PAINT_ID} textarea`);
  if (field) {
    field.readOnly = false;
    field.onkeydown = null;
  }
  (field?.form ?? document.getElementById("root"))?.prepend(notice);
}

function showComposer(
  texts: Texts,
  options: { conversation: string; draftKey: string; enterSends: boolean; sidebar: boolean },
): void {
  const isNew = options.conversation === NEW;
  const field = element("textarea", COMPOSER_FIELD);
  field.rows = 1;
  field.dir = "auto";
  field.placeholder = texts.placeholder;
  field.setAttribute("aria-label", texts.placeholder);
  field.value = localStorage.getItem(options.draftKey) ?? "";
  const images = imageField();
  const form = element("form", "flex flex-col gap-2", [
    element("div", `${COMPOSER} border-line`, [
      images.input,
      images.list,
      field,
      element("div", COMPOSER_BUTTONS, [
        element("span", "touch-target size-9"),
        element("span", "touch-target size-9 rounded-full bg-surface"),
      ]),
    ]),
  ]);
  const footer = element("div", FOOTER, [form, element("p", FOOTNOTE, [texts.footer])]);
  const page = element("div", "flex h-full min-w-0 flex-1 flex-col", [
    element("div", HEADER),
    isNew
      ? element("div", NEW_CONVERSATION, [element("h1", WELCOME, [texts.welcome]), footer])
      : element("div", "min-h-0 flex-1"),
    ...(isNew ? [] : [footer]),
  ]);
  const sidebar = options.sidebar ? [element("div", `${SIDEBAR} max-md:hidden`)] : [];
  const root = element("div", "fixed inset-0 flex bg-canvas", [...sidebar, page]);
  root.id = FIRST_PAINT_ID;
  root.dataset.conversation = options.conversation;

  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    try {
      localStorage.setItem(options.draftKey, field.value);
    } catch {
      // The storage is full; the application still takes over the text.
    }
  });
  field.addEventListener("compositionstart", () => {
    root.dataset.composing = "";
  });
  field.addEventListener("compositionend", () => {
    delete root.dataset.composing;
  });
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const modified = event.ctrlKey || event.metaKey;
    if (options.enterSends ? event.shiftKey || event.altKey : !modified) return;
    event.preventDefault();
    if (field.value.trim() === "" && !images.input.files?.length) return;
    root.dataset.sent = "";
    field.readOnly = true;
  };
  root.addEventListener("paste", (event) => {
    const { clipboardData } = event;
    // With a text, such as cells of a spreadsheet, the image is only a picture of it.
    if (!clipboardData?.files.length || clipboardData.getData("text/plain").trim() !== "") return;
    event.preventDefault();
    images.add(clipboardData.files);
  });
  // Without these, the browser would open a dropped file in place of the page.
  root.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    images.add(event.dataTransfer.files);
  });
  // Other pages have no composer.
  window.addEventListener("hashchange", () => root.remove(), { once: true });

  document.body.append(root);
  // On phones, focusing would open the keyboard over the page.
  if (window.matchMedia("(hover: hover)").matches) field.focus();
}

/** A hidden field with the images for the application, and a list of their previews. */
function imageField(): { input: HTMLInputElement; list: HTMLElement; add: (files: FileList) => void } {
  const input = element("input", "");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  const list = element("ul", ATTACHMENTS);
  list.hidden = true;
  const all = new DataTransfer();
  const add = (files: FileList) => {
    for (const file of files) {
      all.items.add(file);
      if (!file.type.startsWith("image/")) continue;
      const picture = element("img", ATTACHMENT_PICTURE);
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      list.append(element("li", ATTACHMENT, [picture]));
      list.hidden = false;
    }
    input.files = all.files;
  };
  return { input, list, add };
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
