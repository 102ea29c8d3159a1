import { useEffect, useState } from "react";
import { body, publicApi } from "@/api/client";
import type { SignInProvider } from "@/api/types";
import { ProviderButtons } from "./ProviderButtons";

/** The buttons of the operator's providers. Nothing until the providers are loaded, when they cannot be, and where there are none. */
export function Providers() {
  const [providers, setProviders] = useState<readonly SignInProvider[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    body(publicApi.GET("/user/oidc", { signal: abort.signal })).then(
      (found) => setProviders(found.providers),
      () => undefined,
    );
    return () => abort.abort();
  }, []);
  return providers.length > 0 && <ProviderButtons providers={providers} />;
}
