// The WebSocket of this page: open during a session, with reconnection and heartbeat. Replies that this page requests
// over it are streams; events of replies that another device started go to a listener.
import { session, WEBSOCKET_URL } from "./client";
import { errorFromFrame, networkError } from "./errors";
import { EventQueue } from "./event-queue";
import { type EventStream, toChatEvent } from "./events";
import { IDLE_TIMEOUT_MS } from "./idle-timeout";
import { answeredSteps, type ReplyRequest } from "./replies";
import type { ChatEvent, ClientFrame, EventFrame, ServerFrame, StoredFile } from "./types";

/** Backoff before each connection attempt, in ms; the last one repeats. Jitter adds up to half. */
const BACKOFF_MS = [500, 2000, 5000, 15_000, 30_000, 60_000] as const;
/** Ping interval of an idle connection, in ms: API Gateway closes connections that are idle for 10 minutes. */
const IDLE_PING_MS = 4 * 60_000;
const BUSY_PING_MS = 25_000;
/** Timeout of a pong in ms, including a cold start. */
const PONG_TIMEOUT_MS = 15_000;
const CHECK_INTERVAL_MS = 5_000;
/** A native server closes a connection with this code when the login that opened it has ended. */
const LOGIN_ENDED_CODE = 4401;
/** Size limit of a request: the gateways' message limit (128 KiB) without the frame around it. */
const MAX_FRAME_BYTES = 127 * 1024;

export interface LiveListener {
  /** An event of a reply that this page did not request over the socket. */
  onEvent(event: ChatEvent): void;
  onPing(): void;
  /** The connection broke: its live replies must be resumed. */
  onDown(): void;
  /** Connected; earlier events were missed. `again`: after a disconnection. */
  onConnected(again: boolean): void;
}

export interface SocketEnvironment {
  url: string;
  /** An access token for the next connection, newer than `rejected`. */
  accessToken(rejected: string | null): Promise<string>;
  connect(url: string): WebSocket;
}

export class ChatSocket {
  readonly #environment: SocketEnvironment;
  readonly #requests = new Map<string, EventQueue>();
  readonly #waiting = new Set<() => void>();
  readonly #fileListeners = new Set<(file: StoredFile) => void>();
  #listener: LiveListener | null = null;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #connectedBefore = false;
  /** The token to renew before the next attempt, since the server ended or refused a connection opened with it. */
  #rejectedToken: string | null = null;
  /** Whether a token was renewed after a refused handshake since the socket was last open. */
  #renewed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #checks: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #pingedAt: number | null = null;

  constructor(environment: SocketEnvironment) {
    this.#environment = environment;
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Connects, and stays connected until `stop`. */
  start(listener: LiveListener): void {
    this.stop();
    this.#listener = listener;
    window.addEventListener("online", this.#onOnline);
    window.addEventListener("offline", this.#onOffline);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#checks = setInterval(() => this.#check(), CHECK_INTERVAL_MS);
    void this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#listener = null;
    window.removeEventListener("online", this.#onOnline);
    window.removeEventListener("offline", this.#onOffline);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearInterval(this.#checks);
    clearTimeout(this.#retry);
    this.#connectedBefore = false;
    this.#rejectedToken = null;
    this.#renewed = false;
    this.#attempt = 0;
  }

  /** Calls back with each file whose reading has ended, until the returned function is called. */
  onFile(listener: (file: StoredFile) => void): () => void {
    this.#fileListeners.add(listener);
    return () => this.#fileListeners.delete(listener);
  }

  /** Resolves with true when frames can be sent, with false after `timeoutMs`. */
  ready(timeoutMs: number): Promise<boolean> {
    if (this.open || !this.#listener || timeoutMs === 0) return Promise.resolve(this.open);
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiting.delete(finish);
        resolve(this.open);
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#waiting.add(finish);
    });
  }

  /** Whether a request is small enough for one message. */
  takes(request: ReplyRequest): boolean {
    return new TextEncoder().encode(JSON.stringify(request)).length <= MAX_FRAME_BYTES;
  }

  /** Sends a request and yields the events of its reply; throws ApiError like `openEventStream`. */
  async *request(request: ReplyRequest, signal: AbortSignal): EventStream {
    const frame = frameOf(request);
    const queue = new EventQueue(IDLE_TIMEOUT_MS, answeredSteps(request));
    const abort = () => queue.fail(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    this.#requests.set(frame.request_id, queue);
    try {
      if (this.open) this.#send(frame);
      else queue.fail(networkError("not connected"));
      yield* queue.read();
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#requests.get(frame.request_id) === queue) this.#requests.delete(frame.request_id);
    }
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    const listener = this.#listener;
    if (!listener || this.#socket || !navigator.onLine) return;
    let token: string;
    try {
      token = await this.#environment.accessToken(this.#rejectedToken);
      this.#rejectedToken = null;
    } catch {
      if (this.#listener === listener) this.#connectLater();
      return;
    }
    if (this.#listener !== listener || this.#socket) return;
    const url = new URL(this.#environment.url);
    url.searchParams.set("token", token);
    const socket = this.#environment.connect(url.href);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    let opened = false;
    socket.onopen = () => {
      if (!current()) return;
      opened = true;
      this.#renewed = false;
      this.#attempt = 0;
      this.#heard();
      for (const tell of [...this.#waiting]) tell();
      const again = this.#connectedBefore;
      this.#connectedBefore = true;
      listener.onConnected(again);
    };
    socket.onmessage = ({ data }) => {
      if (current() && typeof data === "string") this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (!current()) return;
      if (code === LOGIN_ENDED_CODE) {
        this.#rejectedToken = token;
      } else if (!opened && !this.#renewed) {
        // To a page, a handshake refused with 401 is like a gateway that cannot be reached, so the token is renewed
        // once. When the login has ended, the refresh is refused, which ends the session.
        this.#renewed = true;
        this.#rejectedToken = token;
      }
      this.#drop();
      this.#connectLater();
    };
  }

  #connectLater(): void {
    const pause = BACKOFF_MS[Math.min(this.#attempt, BACKOFF_MS.length - 1)] as number;
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), pause * (1 + Math.random() / 2));
  }

  /** Drops the connection; its requests are retried elsewhere. */
  #drop(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    this.#pingedAt = null;
    socket.close();
    for (const queue of this.#requests.values()) queue.fail(networkError("the connection was closed"));
    this.#listener?.onDown();
  }

  #receive(data: string): void {
    this.#heard();
    const frame = JSON.parse(data) as ServerFrame;
    switch (frame.type) {
      case "pong":
        return;
      case "ping":
        for (const running of this.#requests.values()) running.keepAlive();
        this.#listener?.onPing();
        return;
      case "error":
        if (frame.request_id !== null) this.#requests.get(frame.request_id)?.fail(errorFromFrame(frame));
        return;
      case "file":
        for (const listener of this.#fileListeners) listener(frame.file);
        return;
      default:
        this.#receiveEvent(frame);
    }
  }

  #receiveEvent(frame: EventFrame): void {
    const event = toChatEvent(frame);
    if (!event) return;
    if (frame.request_id === undefined) this.#listener?.onEvent(event);
    else this.#requests.get(frame.request_id)?.push(event);
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#pingedAt = null;
  }

  /** Heartbeat: pings a silent connection, and drops it when it does not answer. */
  #check(silentForMs = this.#requests.size > 0 ? BUSY_PING_MS : IDLE_PING_MS): void {
    if (!this.open) return;
    const now = Date.now();
    if (this.#pingedAt !== null) {
      if (now - this.#pingedAt < PONG_TIMEOUT_MS) return;
      this.#drop();
      void this.#connect();
    } else if (now - this.#heardAt >= silentForMs) {
      this.#pingedAt = now;
      this.#send({ type: "ping" });
    }
  }

  readonly #onOnline = () => {
    this.#attempt = 0;
    void this.#connect();
  };

  /** Without a network, the browser keeps the connection open and silent. */
  readonly #onOffline = () => {
    clearTimeout(this.#retry);
    this.#drop();
  };

  /** After sleep, a computer may have lost its connections unnoticed. */
  readonly #onVisibility = () => {
    if (document.visibilityState !== "visible") return;
    if (this.open) this.#check(BUSY_PING_MS);
    else if (!this.#socket) this.#onOnline();
  };
}

let frames = 0;

function frameOf(request: ReplyRequest): ClientFrame & { request_id: string } {
  frames += 1;
  const { type } = request;
  switch (type) {
    case "send":
      return { ...request.body, type, request_id: request.idempotencyKey };
    case "regenerate":
      return { ...request.body, type, request_id: request.idempotencyKey };
    case "continue":
      return { ...request.body, type, request_id: `continue-${frames}` };
    case "resume":
      return { type, request_id: `resume-${frames}`, message_id: request.messageId, after: request.after };
  }
}

/** The socket of this page; null where the backend has none. */
export const chatSocket = WEBSOCKET_URL
  ? new ChatSocket({
      url: WEBSOCKET_URL,
      accessToken: (rejected) => (rejected === null ? session.accessToken() : session.refresh(rejected)),
      connect: (url) => new WebSocket(url),
    })
  : null;
