// The first script of the page. It is small and waits for no other.
import { beginPage } from "./composer";
import { preferredLanguage } from "./language";

const language = preferredLanguage();
// Decides the shapes of Chinese characters and how screen readers speak.
document.documentElement.lang = language;
beginPage(language);
