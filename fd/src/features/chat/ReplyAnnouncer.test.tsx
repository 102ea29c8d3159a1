import { act, render } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ChatEvent } from "@/api/types";
import { completed, delta, failed, started } from "@/testing/events";
import { ConversationController } from "./conversation-controller";
import { reduceConversation } from "./conversation-state";
import { ReplyAnnouncer } from "./ReplyAnnouncer";

const ids = { userId: "local:1", assistantId: "local:2" };

it.each<[string, object]>([
  ["Reply finished", completed(3)],
  ["Stopped", { ...completed(3), status: "stopped" }],
  ["The reply was interrupted", { ...completed(3), status: "interrupted" }],
  ["The reply reached its length limit", { ...completed(3), finish_reason: "length" }],
  ["The reply failed", failed(3, { code: "provider_error", message: "" })],
  ["Waiting for you", { type: "waiting", seq: 3, message_id: "a1", steps: [1] }],
])("the end of a reply is announced as what it is: %s", (words, end) => {
  const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };
  const controller = new ConversationController("c", observer);
  const { container } = render(<ReplyAnnouncer controller={controller} />);
  const receive = (...events: ChatEvent[]) =>
    act(() =>
      controller.store.setState(
        (state) => reduceConversation(state, { type: "events", ids, events, now: 0 }),
        true,
      ),
    );
  act(() =>
    controller.store.setState(
      (state) =>
        reduceConversation(state, { type: "send_requested", ids, parentId: null, content: [], now: 0 }),
      true,
    ),
  );
  receive(started, delta(2, "So far"));
  receive(end as ChatEvent);
  expect(container.textContent).toBe(`So far ${words}`);
});
