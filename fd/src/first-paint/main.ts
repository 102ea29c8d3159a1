// Entry of the page's first script, which is small and has no dependencies.
import { setUpPage } from "./composer";
import { preferredLanguage } from "./language";

const language = preferredLanguage();
// The `lang` attribute selects glyphs of Chinese characters and voices of screen readers.
document.documentElement.lang = language;
setUpPage(language);
