import { useEffect } from "react";
import { HashRouter, Navigate, Route, Routes, useLocation, useSearchParams } from "react-router";
import { lazyPart, PartBoundary } from "@/components/lazy-part";
import { useSession } from "@/features/auth";
import { loadTexts } from "@/i18n";
import { ConnectionNotice } from "./ConnectionNotice";
import { StorageNotice } from "./StorageNotice";
import { isRestricted } from "./shared-page";

export const loadAppShell = () => import("./AppShell");
export const loadAuthPages = () => import("@/features/auth/pages");
export const loadSharedPage = () => import("@/features/shared-page");

const AppShell = lazyPart(async () => {
  const [shell] = await Promise.all([loadAppShell(), loadTexts("texts")]);
  return shell.AppShell;
});
const LoginPage = lazyPart(async () => (await loadAuthPages()).LoginPage);
const loadRecoveryPages = async () => {
  const [pages] = await Promise.all([import("@/features/recovery/pages"), loadTexts("settingsTexts")]);
  return pages;
};
const ForgotPasswordPage = lazyPart(async () => (await loadRecoveryPages()).ForgotPasswordPage);
const ResetPasswordPage = lazyPart(async () => (await loadRecoveryPages()).ResetPasswordPage);
const VerifyEmailPage = lazyPart(async () => (await loadRecoveryPages()).VerifyEmailPage);
const SignInReturnPage = lazyPart(async () => {
  const [pages] = await Promise.all([
    import("@/features/sign-in/pages"),
    loadTexts("texts"),
    loadTexts("settingsTexts"),
  ]);
  return pages.SignInReturnPage;
});
const SharedPage = lazyPart(async () => {
  const [page] = await Promise.all([loadSharedPage(), loadTexts("shareTexts")]);
  return page.SharedPage;
});
const RegisterPage = lazyPart(async () => (await loadAuthPages()).RegisterPage);

// A hash router, so that a static site serves every page without rewrite rules.
export function App() {
  return (
    <PartBoundary>
      {() => (
        <HashRouter>
          <div className="flex h-full flex-col">
            <ConnectionNotice />
            <StorageNotice />
            <div className="min-h-0 flex-1">
              <Routes>
                <Route path="/login" element={<Guest page={<LoginPage />} />} />
                <Route path="/register" element={<Guest page={<RegisterPage />} />} />
                <Route path="/forgot" element={<Guest page={<ForgotPasswordPage />} />} />
                <Route path="/reset/:token" element={<ResetPasswordPage />} />
                <Route path="/verify/:token" element={<VerifyEmailPage />} />
                <Route path="/oidc" element={<SignInReturnPage />} />
                <Route path="/s/:id/:key?" element={<Shared />} />
                <Route path="*" element={<Member />} />
              </Routes>
            </div>
          </div>
        </HashRouter>
      )}
    </PartBoundary>
  );
}

/** Pages for visitors who are not logged in; others are redirected to the page that they requested. */
function Guest({ page }: { page: React.ReactNode }) {
  const { userId } = useSession();
  const [parameters] = useSearchParams();
  if (userId === null) return page;
  const next = parameters.get("next") ?? "/";
  return <Navigate replace to={next.startsWith("/") ? next : "/"} />;
}

/** The page of a share link, in a document of its own. */
function Shared() {
  useEffect(() => {
    if (!isRestricted()) window.location.reload();
  }, []);
  return isRestricted() && <SharedPage />;
}

/** Pages for logged-in users. A change of account, even in another tab, remounts everything, without the previous state. */
function Member() {
  const { userId, ended } = useSession();
  const { pathname } = useLocation();
  if (userId !== null) return <AppShell key={userId} />;
  const search = ended === "logged-out" || pathname === "/" ? "" : `?next=${encodeURIComponent(pathname)}`;
  return <Navigate replace to={`/login${search}`} />;
}
