// Transport of a reply: the preferred one, with a fallback to the other one after a failure.
import { chatSocket } from "@/api/chat-socket";
import { openEventStream } from "@/api/client";
import type { EventStream } from "@/api/events";
import type { ReplyRequest } from "@/api/replies";
import { usePreferences } from "@/features/settings";

/** Timeout of the socket's handshake in ms, longer than a cold start. */
const CONNECT_TIMEOUT_MS = 4000;

/** Opens a reply's stream. Each retry uses the other transport, if there is one. */
export async function* openReply(request: ReplyRequest, signal: AbortSignal, attempt: number): EventStream {
  const preferred = usePreferences.getState().transport === "websocket";
  const bySocket = preferred === (attempt % 2 === 0);
  const timeout = preferred ? CONNECT_TIMEOUT_MS : 0;
  if (bySocket && chatSocket?.takes(request) && (await chatSocket.ready(timeout))) {
    yield* chatSocket.request(request, signal);
  } else {
    yield* openEventStream(request, signal);
  }
}
