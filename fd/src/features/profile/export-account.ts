// Export of the account, which the API sends in pages, as one JSON file.
import { api, body } from "@/api/client";
import { eachPage } from "@/api/each-page";
import type { ExportItem } from "@/api/types";
import { reauthenticated } from "./reauthentication";

/** The account's items, page by page. */
export function exportPages(signal: AbortSignal): AsyncGenerator<ExportItem[]> {
  return eachPage((query) =>
    reauthenticated(() => body(api.GET("/user/me/export", { params: { query }, signal }))),
  );
}

/** The file, with the items in the API's order. `onProgress` receives their number after each page. */
export async function exportAccount(signal: AbortSignal, onProgress: (items: number) => void): Promise<File> {
  const items: ExportItem[] = [];
  for await (const page of exportPages(signal)) {
    items.push(...page);
    onProgress(items.length);
  }
  const now = new Date().toISOString();
  return new File(
    [JSON.stringify({ exported_at: now, items }, null, 1)],
    `chat-account-${now.slice(0, 10)}.json`,
    { type: "application/json" },
  );
}
