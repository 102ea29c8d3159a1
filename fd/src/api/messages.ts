// Calls that read the messages of a conversation. Each rejects with ApiError, or with AbortError.
import { api, body } from "./client";
import { eachPage, everyItem } from "./each-page";
import type { Message, OutlineItem } from "./types";

/** Maximum page size of messages. */
const MESSAGE_PAGE_SIZE = 200;
/** Maximum page size of an outline. */
const OUTLINE_PAGE_SIZE = 5000;

interface MessageQuery {
  /** The last message of a branch, whose end is returned, or "active"; without it: the messages of all branches. */
  leaf_id?: string;
  limit: number;
  cursor?: string;
}

export function fetchMessages(conversationId: string, query: MessageQuery, signal: AbortSignal) {
  return body(
    api.GET("/chat/{conversation_id}", {
      params: { path: { conversation_id: conversationId }, query: { ...query, steps: true } },
      signal,
    }),
  );
}

/** The messages of all branches, page by page. */
export function messagePages(conversationId: string, signal: AbortSignal): AsyncGenerator<Message[]> {
  return eachPage((query) => fetchMessages(conversationId, { limit: MESSAGE_PAGE_SIZE, ...query }, signal));
}

/** The tree of the messages, without their content. */
export function fetchOutline(conversationId: string, signal: AbortSignal): Promise<OutlineItem[]> {
  const pages = eachPage((query) =>
    body(
      api.GET("/chat/{conversation_id}/outline", {
        params: { path: { conversation_id: conversationId }, query: { limit: OUTLINE_PAGE_SIZE, ...query } },
        signal,
      }),
    ),
  );
  return everyItem(pages);
}

/** Message id → number of occurrences of a phrase, in the messages of all branches. */
export async function findPhrase(
  conversationId: string,
  phrase: string,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const pages = eachPage((query) =>
    body(
      api.GET("/chat/{conversation_id}/find", {
        params: { path: { conversation_id: conversationId }, query: { q: phrase, ...query } },
        signal,
      }),
    ),
  );
  return new Map((await everyItem(pages)).map(({ message_id, count }) => [message_id, count]));
}
