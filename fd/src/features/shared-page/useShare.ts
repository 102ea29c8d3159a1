import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { type LoadedShare, loadShare, type ShareProblem, ShareUnavailable } from "./load";

type State =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly share: LoadedShare }
  | { readonly state: "failed"; readonly problem: ShareProblem };

/** The share of the page's address, its id and key, and a function that loads it again. */
export function useShare(): State & { id: string; shareKey: string | null; reload: () => void } {
  const { id = "", key = null } = useParams();
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<State>({ state: "loading" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads it again
  useEffect(() => {
    const abort = new AbortController();
    setResult({ state: "loading" });
    loadShare(id, key, abort.signal).then(
      (share) => !abort.signal.aborted && setResult({ state: "loaded", share }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setResult({
          state: "failed",
          problem: error instanceof ShareUnavailable ? error.problem : "damaged",
        });
      },
    );
    return () => abort.abort();
  }, [id, key, attempt]);
  return { ...result, id, shareKey: key, reload: () => setAttempt((count) => count + 1) };
}
