// Server of the benchmarks: the production build, compressed like a static site, and a proxy of the stack's API that
// answers messages with a reply of a given speed.
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { gzipSync } from "node:zlib";

const COMPRESSED = /^(text\/|application\/(javascript|json|manifest)|image\/svg)/;

export interface Site {
  url: string;
  /** Answers messages with this reply from now on, each piece of text on schedule. */
  reply: ScriptedReply;
  close: () => Promise<void>;
}

export interface ScriptedReply {
  /** Pieces of text, and how many are sent per second. */
  pieces: readonly string[];
  perSecond: number;
  /** Send time of each piece, in ms since the epoch. */
  sentAt: number[];
}

/** Proxies `upstream`, which serves a build and its API. */
export async function serveSite(upstream: string): Promise<Site> {
  const { hostname, port } = new URL(upstream);
  const reply: ScriptedReply = { pieces: [], perSecond: 1, sentAt: [] };
  const forward = (incoming: IncomingMessage) =>
    request({
      host: hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, "accept-encoding": "identity" },
    });

  const server = createServer((incoming, outgoing) => {
    if (incoming.method === "POST" && incoming.url === "/api/chat/send") {
      void sendReply(incoming, outgoing, reply);
      return;
    }
    if (incoming.url === FLOOR_PATH) {
      outgoing.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(FLOOR);
      return;
    }
    const outer = forward(incoming).on("response", (answer) => {
      void pass(incoming.url ?? "", answer, outgoing);
    });
    pipeline(incoming, outer, () => undefined);
  });
  server.on("upgrade", (incoming: IncomingMessage, socket) => {
    forward(incoming)
      .on("upgrade", (answer, upstreamSocket) => {
        const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("")}\r\n`);
        pipeline(socket, upstreamSocket, socket, () => undefined);
      })
      .on("error", () => socket.destroy())
      .end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    reply,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const FLOOR_PATH = "/floor";

/**
 * A minimal page that shows a reply: its lines as paragraphs in an otherwise empty page that scrolls to the end, without
 * Markdown, a framework or stored state.
 */
const FLOOR = `<!doctype html>
<meta name="viewport" content="width=device-width">
<style>
  body { margin: 0; font: 16px/1.75 system-ui, sans-serif }
  section { height: 100vh; overflow-y: auto }
  article { max-width: 48rem; margin: auto; contain: content }
</style>
<section tabindex="0"><article data-role="assistant"></article></section>
<script type="module">
  const list = document.querySelector("section");
  const article = document.querySelector("article");
  let waiting = "";
  const show = () => {
    const [first, ...lines] = waiting.split("\\n");
    waiting = "";
    if (!article.lastChild) article.append(document.createElement("p"));
    article.lastChild.append(first);
    for (const line of lines) article.append(Object.assign(document.createElement("p"), { textContent: line }));
    list.scrollTop = list.scrollHeight;
  };
  window.ask = async () => {
    const answer = await fetch("/api/chat/send", { method: "POST", body: '{"conversation_id":"floor"}' });
    let rest = "";
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + part).split("\\n\\n");
      rest = events.pop();
      for (const event of events) {
        const { text } = JSON.parse(event.slice(event.indexOf("data: ") + 6));
        if (!text) continue;
        if (!waiting) requestAnimationFrame(show);
        waiting += text;
      }
    }
  };
</script>`;

const compressed = new Map<string, Buffer>();

/** Forwards a response; compresses files of the build, once per file. */
async function pass(path: string, answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (path.startsWith("/api/") || !COMPRESSED.test(String(headers["content-type"]))) {
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    pipeline(answer, outgoing, () => undefined);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = compressed.get(path) ?? gzipSync(Buffer.concat(chunks), { level: 9 });
  compressed.set(path, body);
  outgoing.writeHead(answer.statusCode ?? 502, {
    ...headers,
    "content-encoding": "gzip",
    "content-length": body.length,
  });
  outgoing.end(body);
}

/** Time to the first token in ms; few models are faster. */
const FIRST_TOKEN_MS = 300;

let replies = 0;

/** Sends an event for each piece, on schedule. */
async function sendReply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { pieces, perSecond, sentAt }: ScriptedReply,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { conversation_id } = JSON.parse(Buffer.concat(chunks).toString()) as { conversation_id: string };
  replies += 1;
  const ids = { user_message_id: `bench-user-${replies}`, assistant_message_id: `bench-reply-${replies}` };
  let seq = 0;
  const event = (type: string, fields: object) => {
    seq += 1;
    outgoing.write(`event: ${type}\nid: ${seq}\ndata: ${JSON.stringify({ type, seq, ...fields })}\n\n`);
  };
  outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  outgoing.socket?.setNoDelay(true);
  event("started", { conversation_id, ...ids });
  await new Promise((resolve) => setTimeout(resolve, FIRST_TOKEN_MS));
  sentAt.length = 0;
  const start = performance.now();
  while (sentAt.length < pieces.length) {
    const due = Math.min(pieces.length, ((performance.now() - start) / 1000) * perSecond);
    while (sentAt.length < due) {
      sentAt.push(performance.timeOrigin + performance.now());
      event("delta", { message_id: ids.assistant_message_id, text: pieces[sentAt.length - 1] });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  event("completed", { ...ids, status: "completed", finish_reason: "stop", usage: null });
  outgoing.end();
}
