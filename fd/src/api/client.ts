// The calls to the backend. Every one of them throws ApiError, and an expired access token is renewed and the
// call repeated once without the caller noticing.
import createClient, { type Middleware } from "openapi-fetch";
import { errorFromResponse, isAbort, networkError } from "./errors";
import { readEventStream } from "./event-stream";
import type { EventStream } from "./events";
import type { ReplyRequest } from "./replies";
import type { paths } from "./schema";
import { browserEnvironment, Session } from "./session";

/** Where the functions answer: `/api` of the page's own origin, or what the page was put up with. */
export const API_URL = new URL(address("api-url", "/api"), window.location.href).href.replace(/\/$/, "");

/** Where the WebSocket gateway answers; null where there is none. */
export const WEBSOCKET_URL = webSocketUrl();

function webSocketUrl(): string | null {
  const given = address("websocket-url", "/api/ws");
  if (!given) return null;
  const url = new URL(given, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** An address that stands in the page, which differs from stage to stage as no script does. */
function address(name: string, otherwise: string): string {
  const tag = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`);
  return tag?.content ?? otherwise;
}

export const session = new Session(browserEnvironment(API_URL));

/** Sends a request with the access token; on 401 refreshes it and repeats the request once. */
async function authorizedFetch(request: Request): Promise<Response> {
  const token = await session.accessToken();
  const response = await fetchWith(request.clone(), token);
  if (response.status !== 401) return response;
  return fetchWith(request, await session.refresh(token));
}

async function fetchWith(request: Request, token: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return plainFetch(new Request(request, { headers }));
}

async function plainFetch(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    throw isAbort(error) ? error : networkError(error);
  }
}

const throwErrors: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await errorFromResponse(response);
  },
};

/** Calls that need an access token. */
export const api = createClient<paths>({ baseUrl: API_URL, fetch: authorizedFetch });
api.use(throwErrors);

/** Calls that need none, or that bring the refresh token themselves. */
export const publicApi = createClient<paths>({ baseUrl: API_URL, fetch: plainFetch });
publicApi.use(throwErrors);

/** The body of a call that answered with one. Errors were thrown before, so it is there. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** Opens a reply and yields its events; throws ApiError, before the first event or when the stream breaks. */
export async function* openEventStream(request: ReplyRequest, signal: AbortSignal): EventStream {
  const headers = new Headers({ Accept: "text/event-stream" });
  const init: RequestInit = { headers, signal, cache: "no-store" };
  let path = `/chat/${request.type}`;
  if (request.type === "resume") {
    path += `/${request.messageId}?after=${request.after}`;
  } else {
    init.method = "POST";
    init.body = JSON.stringify(request.body);
    headers.set("Content-Type", "application/json");
    if (request.idempotencyKey) headers.set("Idempotency-Key", request.idempotencyKey);
  }
  const response = await authorizedFetch(new Request(`${API_URL}${path}`, init));
  if (!response.ok) throw await errorFromResponse(response);
  if (!response.body) throw networkError("the response has no body");
  yield* readEventStream(response.body);
}
