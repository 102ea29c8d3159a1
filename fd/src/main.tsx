import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { session } from "./api/client";
import { App, loadAppShell, loadAuthPages, loadSharedPage } from "./app/App";
import { isRestricted, restrictShareLink } from "./app/shared-page";
import { startAppearance } from "./features/settings";
import { compositionEnded } from "./first-paint/handover";
import { loadTexts } from "./i18n";
import { keepInputMethodKeys } from "./input-method";
import { keepForOffline } from "./offline";
import "./styles.css";

restrictShareLink();
startAppearance();
keepInputMethodKeys();

// Preload the page's chunk in parallel with the texts. If that fails, it is requested again when it is rendered.
const guest = session.snapshot().userId === null;
const shared = isRestricted();
(shared ? loadSharedPage() : guest ? loadAuthPages() : loadAppShell()).catch(() => undefined);
const load = () => loadTexts(guest && !shared ? "authTexts" : "texts");
await load()
  .catch(load)
  .catch((error) => {
    // As if this script had failed: the first-paint script offers a reload.
    document.querySelector("script")?.dispatchEvent(new Event("error"));
    throw error;
  });
await compositionEnded();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
if (!shared) keepForOffline();
