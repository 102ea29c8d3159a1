import { lazy, Suspense } from "react";
import { HashRouter, Navigate, Route, Routes, useLocation, useSearchParams } from "react-router";
import { useSession } from "@/features/auth";
import { ErrorBoundary } from "./ErrorBoundary";
import { OfflineNotice } from "./OfflineNotice";

export const loadAppShell = () => import("./AppShell");
export const loadAuthPages = () => import("@/features/auth/pages");

const AppShell = lazy(async () => ({ default: (await loadAppShell()).AppShell }));
const LoginPage = lazy(async () => ({ default: (await loadAuthPages()).LoginPage }));
const RegisterPage = lazy(async () => ({ default: (await loadAuthPages()).RegisterPage }));

// A hash router: a static site then serves every page without rewriting.
export function App() {
  return (
    <ErrorBoundary>
      <HashRouter>
        <div className="flex h-full flex-col">
          <OfflineNotice />
          <div className="min-h-0 flex-1">
            <Suspense>
              <Routes>
                <Route path="/login" element={<Guest page={<LoginPage />} />} />
                <Route path="/register" element={<Guest page={<RegisterPage />} />} />
                <Route path="*" element={<Member />} />
              </Routes>
            </Suspense>
          </div>
        </div>
      </HashRouter>
    </ErrorBoundary>
  );
}

/** Pages for those who are not logged in; the others go to where they wanted to be. */
function Guest({ page }: { page: React.ReactNode }) {
  const { userId } = useSession();
  const [parameters] = useSearchParams();
  if (userId === null) return page;
  const next = parameters.get("next") ?? "/";
  return <Navigate replace to={next.startsWith("/") ? next : "/"} />;
}

/** Everything else. Another account, perhaps chosen in another tab, begins with nothing of the one before. */
function Member() {
  const { userId, ended } = useSession();
  const { pathname } = useLocation();
  if (userId !== null) return <AppShell key={userId} />;
  const search = ended === "logged-out" || pathname === "/" ? "" : `?next=${encodeURIComponent(pathname)}`;
  return <Navigate replace to={`/login${search}`} />;
}
