// HTTP client of the backend. Every call throws ApiError; an expired access token is renewed, and the call retried once;
// while the backend is unavailable, calls are repeated.
import createClient, {
  type Client,
  type FetchResponse,
  type MaybeOptionalInit,
  type Middleware,
} from "openapi-fetch";
import { errorFromResponse, isAbort, networkError } from "./errors";
import { readEventStream } from "./event-stream";
import type { EventStream } from "./events";
import { IDLE_TIMEOUT_MS } from "./idle-timeout";
import { answeredSteps, type ReplyRequest } from "./replies";
import type { paths } from "./schema";
import { browserEnvironment, Session } from "./session";
import { fetchAvailable } from "./unavailable";

/** Base URL of the API: from the deployed page, by default `/api` of the page's origin. */
export const API_URL = new URL(address("api-url", "/api"), window.location.href).href.replace(/\/$/, "");

/** URL of the WebSocket gateway; null without one. */
export const WEBSOCKET_URL = webSocketUrl();

function webSocketUrl(): string | null {
  const given = address("websocket-url", "/api/ws");
  if (!given) return null;
  const url = new URL(given, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** An address from the page's meta tags, which differ between stages. */
function address(name: string, otherwise: string): string {
  const tag = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`);
  return tag?.content ?? otherwise;
}

export const session = new Session(browserEnvironment(API_URL));

/** The codes of a 401 that refuses the access token; any other refuses a secret in the body, which may be used up by it. */
const TOKEN_ERRORS: ReadonlySet<string> = new Set(["unauthorized", "token_expired", "token_revoked"]);

/** Sends a request with the access token; if that is refused, refreshes the token and retries the request once. */
async function authorizedFetch(request: Request): Promise<Response> {
  const token = await session.accessToken();
  const response = await fetchWith(request.clone(), token);
  if (response.status !== 401 || !(await isTokenRefused(response))) return response;
  return fetchWith(request, await session.refresh(token));
}

async function isTokenRefused(response: Response): Promise<boolean> {
  return TOKEN_ERRORS.has((await errorFromResponse(response.clone())).code);
}

async function fetchWith(request: Request, token: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return plainFetch(new Request(request, { headers }));
}

async function plainFetch(request: Request): Promise<Response> {
  try {
    return await fetchAvailable(request, fetch);
  } catch (error) {
    throw isAbort(error) ? error : networkError(error);
  }
}

const REPLY_CALLS: ReadonlySet<string> = new Set<keyof paths>([
  "/chat/send",
  "/chat/regenerate",
  "/chat/continue",
]);

const conventions: Middleware = {
  onRequest({ request }) {
    // The interface's language, which can differ from the browser's: mails are in it.
    request.headers.set("Accept-Language", document.documentElement.lang);
  },
  async onResponse({ response, schemaPath }) {
    if (!response.ok) throw await errorFromResponse(response, REPLY_CALLS.has(schemaPath));
  },
};

type PathOf<Method extends "get" | "post"> = {
  [Path in keyof paths]: paths[Path] extends Record<Method, unknown> ? Path : never;
}[keyof paths];

type Operation<Path extends keyof paths, Method extends "get" | "post"> =
  paths[Path] extends Record<Method, infer Found extends object> ? Found : never;

type Data<Found extends object> = NonNullable<FetchResponse<Found, object, `${string}/${string}`>["data"]>;

type Arguments<Init> = undefined extends Init ? [init?: Init] : [init: Init];

type Call<Method extends "get" | "post"> = <Path extends PathOf<Method>>(
  path: Path,
  ...init: Arguments<MaybeOptionalInit<paths[Path], Method>>
) => Promise<{ data?: Data<Operation<Path, Method>> }>;

/**
 * openapi-fetch's client with stricter types: its own infer the type of a call's argument, and so accept unknown fields of
 * a body or query.
 */
interface Api {
  GET: Call<"get">;
  POST: Call<"post">;
}

function createApi(fetch: (request: Request) => Promise<Response>): Client<paths> {
  const client = createClient<paths>({ baseUrl: API_URL, fetch });
  client.use(conventions);
  return client;
}

const authorizedClient = createApi(authorizedFetch);

/** Calls that need an access token. */
export const api = authorizedClient as Api;

/** Calls that need no access token, or that send the refresh token themselves. */
export const publicApi = createApi(plainFetch) as Api;

/** The body of a successful call; errors have been thrown before. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** Opens a reply and yields its events; throws ApiError, before the first event or when the stream breaks. */
export async function* openEventStream(request: ReplyRequest, signal: AbortSignal): EventStream {
  const { data } = await openStream(request, {
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
    cache: "no-store",
    signal,
  });
  if (!data) throw networkError("the response has no body");
  yield* readEventStream(data, IDLE_TIMEOUT_MS, answeredSteps(request));
}

type StreamOptions = Pick<RequestInit, "headers" | "cache" | "signal"> & { parseAs: "stream" };

function openStream(request: ReplyRequest, options: StreamOptions) {
  switch (request.type) {
    case "send":
      return authorizedClient.POST("/chat/send", { ...options, body: request.body, params: keyed(request) });
    case "regenerate":
      return authorizedClient.POST("/chat/regenerate", {
        ...options,
        body: request.body,
        params: keyed(request),
      });
    case "continue":
      return authorizedClient.POST("/chat/continue", { ...options, body: request.body });
    case "resume":
      return authorizedClient.GET("/chat/resume/{message_id}", {
        ...options,
        params: { path: { message_id: request.messageId }, query: { after: request.after } },
      });
  }
}

function keyed({ idempotencyKey }: { idempotencyKey: string }) {
  return { header: { "Idempotency-Key": idempotencyKey } };
}
