// Requests for a reply, for every transport.
import type { ContinueBody, RegenerateBody, SendBody } from "./types";

export type ReplyRequest =
  | {
      type: "send";
      body: SendBody;
      /** Idempotency key: the request can be repeated, over any transport, and starts only one turn. */
      idempotencyKey: string;
    }
  | { type: "regenerate"; body: RegenerateBody; idempotencyKey: string }
  /** Without an idempotency key, so it must not be repeated. */
  | { type: "continue"; body: ContinueBody }
  | {
      type: "resume";
      messageId: string;
      after: number;
      /** The steps that have an answer: a `waiting` event for them is not the last one. */
      answered?: readonly number[];
    };

/** The steps of the reply that have an answer. */
export function answeredSteps(request: ReplyRequest): readonly number[] {
  return request.type === "resume" ? (request.answered ?? []) : [];
}
