import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Keyboard, LogOut, PanelLeft, Settings, SquarePen, UserRound } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { Link, Route, Routes, useLocation, useNavigate } from "react-router";
import { ApiError } from "@/api/errors";
import { Button, IconButton } from "@/components/Button";
import { Logo } from "@/components/Logo";
import { useLayer } from "@/components/layers";
import { lazyPart } from "@/components/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { Toasts } from "@/components/Toasts";
import { ChatPage, ChatProvider } from "@/features/chat";
import { ConversationList, ProjectsSection } from "@/features/conversations";
import { logOut, useProfile } from "@/features/profile";
import { usePreferences } from "@/features/settings";
import { SIDEBAR } from "@/first-paint/layout";
import { loadTexts, useTranslation } from "@/i18n";
import { NotFound } from "./NotFound";

const ShortcutSheet = lazyPart(async () => (await import("./ShortcutSheet")).ShortcutSheet);
const ProjectPage = lazyPart(async () => (await import("@/features/conversations/pages")).ProjectPage);
const ContinueShare = lazyPart(async () => {
  const [page] = await Promise.all([import("@/features/shared-page/pages"), loadTexts("shareTexts")]);
  return page.ContinueShare;
});
const SettingsPage = lazyPart(async () => {
  const [page] = await Promise.all([import("./SettingsPage"), loadTexts("settingsTexts")]);
  return page.SettingsPage;
});

const AdminPage = lazyPart(async () => {
  const [page] = await Promise.all([import("./AdminPage"), loadTexts("settingsTexts")]);
  return page.AdminPage;
});

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A call with `retryAfter` was repeated by the client already.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && error.transient && error.retryAfter === null,
      },
    },
  });
}

/** Layout of the logged-in pages: the sidebar, and beside it a conversation or the settings. */
export function AppShell() {
  const [queryClient] = useState(newQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <ChatProvider>
        <Frame />
      </ChatProvider>
    </QueryClientProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const location = useLocation();
  const wide = useMediaQuery("(min-width: 48rem)");
  const sidebarOpen = usePreferences((preferences) => preferences.sidebarOpen);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [shortcutsOpen, setShortcutsOpen] = useState(false);
  const navigate = useNavigate();
  const lastChat = useLastChat(location.pathname);
  const shown = wide ? sidebarOpen : drawerOpen;
  const setShown = (open: boolean) =>
    wide ? usePreferences.setState({ sidebarOpen: open }) : setDrawerOpen(open);

  // biome-ignore lint/correctness/useExhaustiveDependencies: navigation closes the drawer, also to the same page
  useEffect(() => setDrawerOpen(false), [location.key]);
  useLayer(!wide && drawerOpen, () => setDrawerOpen(false));
  useEffect(() => {
    if (!drawerOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setDrawerOpen(false);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [drawerOpen]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const modified = (event.ctrlKey || event.metaKey) && !event.altKey;
      const key = event.key.toLowerCase();
      if (modified && !event.shiftKey && key === "k") {
        event.preventDefault();
        // Rendered synchronously, so that the next key press goes into the field.
        flushSync(() => (wide ? usePreferences.setState({ sidebarOpen: true }) : setDrawerOpen(true)));
        document.getElementById("conversation-search")?.focus();
      } else if (modified && event.shiftKey && key === "o") {
        event.preventDefault();
        void navigate("/");
      } else if (key === "?" && !modified && !isTyping(event.target)) {
        event.preventDefault();
        setShortcutsOpen(true);
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [wide, navigate]);

  const navigation =
    shown && wide ? null : (
      <>
        <IconButton label={t("app.openSidebar")} size="large" onClick={() => setShown(true)}>
          <PanelLeft aria-hidden className="icon" />
        </IconButton>
        <Link
          to="/"
          aria-label={t("conversations.new")}
          title={t("conversations.new")}
          className="grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-hover hover:text-ink"
        >
          <SquarePen aria-hidden className="icon" />
        </Link>
      </>
    );

  return (
    <div className="flex h-full">
      <button
        type="button"
        onClick={() => document.getElementById("main")?.focus()}
        className="fixed start-2 top-2 z-50 -translate-y-24 rounded-lg bg-raised px-3 py-2 text-sm shadow-raised focus:translate-y-0"
      >
        {t("app.skipToContent")}
      </button>
      {shown && !wide && (
        <button
          type="button"
          aria-label={t("app.closeSidebar")}
          tabIndex={-1}
          onClick={() => setShown(false)}
          className="fixed inset-0 z-30 bg-scrim"
        />
      )}
      {shown && (
        <Sidebar
          overlay={!wide}
          onClose={() => setShown(false)}
          onShortcuts={() => {
            setDrawerOpen(false);
            setShortcutsOpen(true);
          }}
        />
      )}
      <main id="main" tabIndex={-1} inert={shown && !wide} className="h-full min-w-0 flex-1 outline-none">
        <Routes>
          <Route index element={<ChatPage navigation={navigation} />} />
          <Route path="c/:id" element={<ChatPage navigation={navigation} />} />
          <Route path="p/:id" element={<ProjectPage navigation={navigation} />} />
          <Route path="settings/*" element={<SettingsPage navigation={navigation} leaveTo={lastChat} />} />
          <Route path="continue/:id/:key?" element={<ContinueShare />} />
          <Route path="admin/*" element={<AdminPage navigation={navigation} leaveTo={lastChat} />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </main>
      <Toasts />
      {shortcutsOpen && <ShortcutSheet onClose={() => setShortcutsOpen(false)} />}
    </div>
  );
}

function Sidebar({
  overlay,
  onClose,
  onShortcuts,
}: {
  overlay: boolean;
  onClose: () => void;
  onShortcuts: () => void;
}) {
  const { t } = useTranslation();
  return (
    <aside
      className={`${SIDEBAR} pb-[env(safe-area-inset-bottom)] ${overlay ? "fixed inset-y-0 start-0 z-40 w-[min(20rem,85vw)] pl-[env(safe-area-inset-left)] shadow-raised" : ""}`}
    >
      <div className="flex h-14 shrink-0 items-center justify-between ps-4 pe-3">
        <Link to="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
          <Logo size={24} />
          {t("app.name")}
        </Link>
        <IconButton label={t("app.closeSidebar")} onClick={onClose}>
          <PanelLeft aria-hidden className="icon" />
        </IconButton>
      </div>
      <div className="px-3 pb-2">
        <Link
          to="/"
          className="flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium hover:bg-hover"
        >
          <SquarePen aria-hidden className="icon" />
          {t("conversations.new")}
        </Link>
      </div>
      <ProjectsSection />
      <ConversationList />
      <AccountMenu onShortcuts={onShortcuts} />
    </aside>
  );
}

function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const profile = useProfile().data;
  return (
    <div className="border-t border-line p-2">
      <Menu
        side="top"
        trigger={
          <Button
            variant="quiet"
            className="h-11 w-full justify-start px-2 font-normal [&>span]:min-w-0 [&>span]:gap-2.5"
          >
            <span
              aria-hidden
              className="grid size-7 flex-none place-items-center rounded-full bg-accent text-xs font-medium text-on-accent"
            >
              {(profile?.username ?? "").slice(0, 1).toUpperCase()}
            </span>
            <span className="truncate">{profile?.username ?? t("settings.account")}</span>
          </Button>
        }
      >
        {profile && <AccountLine text={profile.email} />}
        <MenuItem
          icon={<UserRound aria-hidden className="icon" />}
          onClick={() => void navigate("/settings/account")}
        >
          {t("settings.account")}
        </MenuItem>
        <MenuItem icon={<Settings aria-hidden className="icon" />} onClick={() => void navigate("/settings")}>
          {t("settings.title")}
        </MenuItem>
        <MenuItem icon={<Keyboard aria-hidden className="icon" />} onClick={onShortcuts}>
          {t("shortcuts.title")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<LogOut aria-hidden className="icon" />} onClick={() => void logOut()}>
          {t("auth.logOut")}
        </MenuItem>
      </Menu>
    </div>
  );
}

function AccountLine({ text }: { text: ReactNode }) {
  return <div className="truncate px-2.5 py-1.5 text-xs text-muted">{text}</div>;
}

/** The address of the chat that was shown last; that of a new chat before. */
function useLastChat(pathname: string): string {
  const [last, setLast] = useState("/");
  if (pathname !== last && !/^\/(settings|admin)/.test(pathname)) setLast(pathname);
  return last;
}

/** Whether key presses on this element are text input. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

function useMediaQuery(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const onChange = () => setMatches(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}
