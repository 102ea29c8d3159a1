// What a client can ask a reply with, whichever transport carries it.

export type ReplyRequest =
  | {
      type: "send" | "regenerate" | "continue";
      body: object;
      /** With it the request may be repeated, over any transport, and is one turn all the same. */
      idempotencyKey?: string;
    }
  | { type: "resume"; messageId: string; after: number };
