// Requests for a reply, whichever transport carries them.
import type { ContinueBody, RegenerateBody, SendBody } from "./types";

export type ReplyRequest =
  | {
      type: "send";
      body: SendBody;
      /** With it the request may be repeated, over any transport, and is one turn all the same. */
      idempotencyKey: string;
    }
  | { type: "regenerate"; body: RegenerateBody; idempotencyKey: string }
  /** Not to be repeated: there is nothing by which the backend would know the repeat. */
  | { type: "continue"; body: ContinueBody }
  | { type: "resume"; messageId: string; after: number };
