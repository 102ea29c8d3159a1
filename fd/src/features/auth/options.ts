// The server's offers to visitors: registration, and recovery of a password by mail.
import { useEffect, useState } from "react";
import { body, publicApi } from "@/api/client";
import type { AccountOptions } from "@/api/types";

/** Null until it is loaded, and when it cannot be. */
export function useAccountOptions(): AccountOptions | null {
  const [options, setOptions] = useState<AccountOptions | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    body(publicApi.GET("/user/options", { signal: abort.signal })).then(setOptions, () => undefined);
    return () => abort.abort();
  }, []);
  return options;
}
