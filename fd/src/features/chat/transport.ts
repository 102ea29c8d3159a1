// Which transport a reply comes over: the one the user prefers, the other one when that does not work.
import { chatSocket } from "@/api/chat-socket";
import { openEventStream } from "@/api/client";
import type { EventStream } from "@/api/events";
import type { ReplyRequest } from "@/api/replies";
import { usePreferences } from "@/features/settings";

/** Longer than a handshake takes with a function that has to start first. */
const CONNECT_PATIENCE_MS = 4000;

/** Opens a reply. Every attempt after one that failed takes the other transport, if there is one. */
export async function* openReply(request: ReplyRequest, signal: AbortSignal, attempt: number): EventStream {
  const preferred = usePreferences.getState().transport === "websocket";
  const bySocket = preferred === (attempt % 2 === 0);
  const patience = preferred ? CONNECT_PATIENCE_MS : 0;
  if (bySocket && chatSocket?.takes(request) && (await chatSocket.ready(patience))) {
    yield* chatSocket.request(request, signal);
  } else {
    yield* openEventStream(request, signal);
  }
}
