// Export of the account, which the API sends in pages, as one JSON file.
import { api, body } from "@/api/client";
import type { ExportItem } from "@/api/types";
import { reauthenticated } from "./reauthentication";

/** The file, with the items in the API's order. `onProgress` receives their number after each page. */
export async function exportAccount(signal: AbortSignal, onProgress: (items: number) => void): Promise<File> {
  const items: ExportItem[] = [];
  let cursor: string | null = null;
  do {
    const query: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: { items: ExportItem[]; next_cursor: string | null } = await reauthenticated(() =>
      body(api.GET("/user/me/export", { params: { query }, signal })),
    );
    items.push(...page.items);
    onProgress(items.length);
    cursor = page.next_cursor;
  } while (cursor !== null);
  const now = new Date().toISOString();
  return new File(
    [JSON.stringify({ exported_at: now, items }, null, 1)],
    `chat-account-${now.slice(0, 10)}.json`,
    { type: "application/json" },
  );
}
