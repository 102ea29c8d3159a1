import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import type { ChatEvent, Message, Step } from "@/api/types";
import { completed, delta, failed, notice, started, startedAt } from "@/testing/events";
import { storedMessage as stored } from "@/testing/messages";
import {
  type ConversationAction,
  type ConversationState,
  comparedWith,
  contextStart,
  emptyConversation,
  isContinuable,
  isWanting,
  reduceConversation,
  textOf,
} from "./conversation-state";

const ids = { userId: "local:1", assistantId: "local:2" };
const now = 1_700_000_000_000;

function run(actions: readonly ConversationAction[], from = emptyConversation): ConversationState {
  return actions.reduce(reduceConversation, from);
}

const send: ConversationAction = {
  type: "send_requested",
  ids,
  parentId: null,
  content: [{ type: "text", text: "Hi" }],
  now,
};
const reasoning = (seq: number, text: string): ChatEvent => ({
  type: "reasoning",
  seq,
  message_id: "a1",
  text,
});
const events = (...list: ChatEvent[]): ConversationAction => ({ type: "events", ids, events: list, now });

const loaded = (messages: readonly Message[]): ConversationAction => ({ type: "messages_loaded", messages });
const outlined = (
  messages: readonly Message[],
  storedBefore: readonly string[] = [],
): ConversationAction => ({
  type: "outline_loaded",
  outline: messages.map(({ id, parent_id, role }) => ({ id, parent_id, role })),
  storedBefore: new Set(storedBefore),
});

function textAt(state: ConversationState, id: string): string {
  return textOf(state.messages.get(id)?.content ?? []);
}

describe("a turn", () => {
  it("shows the question at once, and the reply as it grows", () => {
    const asked = run([send]);
    expect(asked.path).toEqual(["local:1", "local:2"]);

    const replied = run(
      [events(started), events(delta(2, "Hel"), delta(3, "lo")), events(completed(4))],
      asked,
    );
    expect(replied.path).toEqual(["u1", "a1"]);
    expect(textAt(replied, "a1")).toBe("Hello");
    expect(replied.messages.get("a1")).toMatchObject({
      status: "completed",
      model: "m",
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    });
    expect(replied.messages.get("u1")?.status).toBe("completed");
  });

  it("keeps the keys of its messages when the server names them", () => {
    const state = run([send, events(started)]);
    expect(state.messages.get("u1")?.key).toBe("local:1");
    expect(state.messages.get("a1")?.key).toBe("local:2");
  });

  it("applies each event once, in any batches, also when a stream is replayed", () => {
    const all = [started, reasoning(2, "Hm"), delta(3, "A"), delta(4, "B"), completed(5)];
    const whole = run([send, events(...all)]);
    const replayed = run([send, events(...all.slice(0, 4)), events(...all.slice(0, 3)), events(...all)]);
    expect(replayed).toEqual(whole);
    expect(textAt(replayed, "a1")).toBe("AB");
    expect(replayed.messages.get("a1")?.reasoning).toBe("Hm");
  });

  it("that an earlier request has started takes the place of the temporary messages", () => {
    const turn = [stored("u1", null, "user", "Hi"), stored("a1", "u1", "assistant", "Hello")];
    const replies = [started, delta(2, "Hel"), delta(3, "lo"), completed(4)];
    for (const known of [loaded(turn), events(...replies.slice(0, 2))]) {
      const before = run([{ ...send, ids: { userId: "u1", assistantId: "a1" } }, known]);
      const state = run([send, events(...replies)], before);
      expect([...state.messages.keys()]).toEqual(["u1", "a1"]);
      expect([state.path, textAt(state, "a1")]).toEqual([["u1", "a1"], "Hello"]);
      expect(state.messages.get("a1")?.status).toBe("completed");
    }
  });

  it("leaves the other messages and the path as they are while a reply grows", () => {
    const before = run([send, events(started, delta(2, "A"))]);
    const after = run([events(delta(3, "B"))], before);
    expect(after.path).toBe(before.path);
    expect(after.messages.get("u1")).toBe(before.messages.get("u1"));
  });

  it("keeps what arrived when the model fails", () => {
    const error = { code: "provider_timeout", message: "too slow" };
    const state = run([send, events(started, delta(2, "A"), failed(3, error))]);
    expect(textAt(state, "a1")).toBe("A");
    expect(state.messages.get("a1")).toMatchObject({ status: "failed", error: { code: "provider_timeout" } });
  });

  it("shows that the provider is busy until the next event", () => {
    const waiting = run([send, events(started, notice(429, 8))]);
    expect(waiting.messages.get("a1")?.providerWait).toEqual({ status: 429, until: now + 8000 });
    const again = run([events(notice(503, 4))], waiting);
    expect(again.messages.get("a1")?.providerWait).toEqual({ status: 503, until: now + 4000 });
    for (const event of [
      delta(2, "A"),
      reasoning(2, "Hm"),
      completed(2),
      failed(2, { code: "x", message: "" }),
    ])
      expect(run([events(event)], again).messages.get("a1")?.providerWait, event.type).toBeNull();
  });

  it("that is over is not changed by a late notice", () => {
    const over = run([send, events(started, delta(2, "A"), completed(3))]);
    expect(run([events(notice(429, 8))], over).messages.get("a1")).toEqual(over.messages.get("a1"));
  });

  it("ends with its sources, where its context began, and what was omitted", () => {
    const details = {
      sources: [{ n: 1, title: "Example", url: "https://a.example/" }],
      context_start_id: "u0",
      images_omitted: true,
    };
    const state = run([send, events(started, delta(2, "A [1]"), { ...completed(3), ...details })]);
    const reply = { sources: details.sources, contextStartId: "u0", imagesOmitted: true };
    expect(state.messages.get("a1")).toMatchObject(reply);
    const history = run([loaded([{ ...stored("a1", null, "assistant", "A [1]"), ...details }])]);
    expect(history.messages.get("a1")).toMatchObject(reply);
  });

  it("that fails has the provider's status, and when to try again", () => {
    const error = { code: "provider_rate_limited", message: "Slow down", status: 429, retry_after: 20 };
    const live = run([send, events(started, failed(2, error))]).messages.get("a1")?.error;
    expect(live).toMatchObject({ detail: "Slow down", providerStatus: 429, retryAt: now + 20_000 });
    const kept = run([loaded([{ ...stored("a1", null, "assistant", ""), status: "failed", error }])]);
    const retryAt = Date.parse("2026-01-01T00:00:20Z");
    expect(kept.messages.get("a1")?.error).toMatchObject({ providerStatus: 429, retryAt });
  });

  it("that is refused stays as an unsent question without a reply", () => {
    const state = run([
      send,
      { type: "request_failed", ids, error: new ApiError({ status: 0, code: "network" }) },
    ]);
    expect(state.path).toEqual(["local:1"]);
    expect(state.messages.get("local:1")).toMatchObject({ status: "unsent", error: { code: "network" } });
    expect(run([{ type: "request_dropped", ids }], state).path).toEqual([]);
  });

  it("that is continued grows the same message", () => {
    const stopped = run([loaded([stored("u1", null, "user", "Hi"), stored("a1", "u1", "assistant", "One")])]);
    const ofReply = { userId: null, assistantId: "a1" };
    const state = run(
      [
        { type: "continue_requested", messageId: "a1" },
        {
          type: "events",
          ids: ofReply,
          events: [startedAt(7), delta(8, ", two"), completed(9)],
          now,
        },
      ],
      stopped,
    );
    expect(textAt(state, "a1")).toBe("One, two");
    expect(state.messages.get("a1")?.status).toBe("completed");
  });
});

describe("a reply that can be continued", () => {
  it.each([
    ["stopped", null, "", true],
    ["interrupted", null, "So far", true],
    ["failed", null, "So far", true],
    ["failed", null, "", false],
    ["completed", "length", "So far", true],
    ["completed", "MAX_TOKENS", "So far", true],
    ["completed", "stop", "All", false],
    ["streaming", null, "So", false],
  ] as const)("is one that is %s (%s) with the text “%s”: %s", (status, finish_reason, text, expected) => {
    const state = run([loaded([{ ...stored("a1", null, "assistant", text), status, finish_reason }])]);
    const reply = state.messages.get("a1");
    expect(reply && isContinuable(reply)).toBe(expected);
  });
});

describe("where the model's context begins", () => {
  const branch = (...starts: (string | null)[]) =>
    starts.flatMap((start, index) => [
      stored(`u${index}`, index === 0 ? null : `a${index - 1}`, "user", "Q"),
      {
        ...stored(`a${index}`, `u${index}`, "assistant", "A"),
        ...(start === null ? {} : { context_start_id: start }),
      },
    ]);

  it("is what the newest reply of the shown branch tells", () => {
    expect(contextStart(run([loaded(branch(null, "u1"))]))).toBe("u1");
    expect(contextStart(run([loaded(branch(null, "u1", "u2"))]))).toBe("u2");
  });

  it("is the first message where the newest reply was given all of them", () => {
    expect(contextStart(run([loaded(branch(null, "u1", null))]))).toBeNull();
    expect(contextStart(run([loaded(branch("u0"))]))).toBeNull();
  });

  it("stays while the next reply is made", () => {
    const asked = run([
      loaded(branch(null, "u1")),
      { type: "send_requested", ids, parentId: "a1", content: [{ type: "text", text: "Hi" }], now },
    ]);
    expect(contextStart(asked)).toBe("u1");
  });
});

describe("history", () => {
  const history = [
    stored("u1", null, "user", "Q"),
    stored("a1", "u1", "assistant", "first"),
    stored("a2", "u1", "assistant", "second"),
    stored("u2", "a1", "user", "more"),
  ];

  const branch = (...ids: string[]) => loaded(history.filter(({ id }) => ids.includes(id)));

  it("shows the branch that was loaded, or the one of the newest message", () => {
    expect(run([branch("u1", "a2"), outlined(history)]).path).toEqual(["u1", "a2"]);
    expect(run([outlined(history)]).path).toEqual(["u1", "a1", "u2"]);
  });

  it("goes to the newest leaf of a chosen branch, which need not be loaded", () => {
    const state = run([branch("u1", "a2"), outlined(history), { type: "leaf_selected", leafId: "a1" }]);
    expect(state.path).toEqual(["u1", "a1", "u2"]);
    expect(isWanting(state, "u1")).toBe(false);
    expect(isWanting(state, "u2")).toBe(true);
  });

  it("is shown from where it is loaded, and whole once the outline is there", () => {
    const end = run([branch("a1", "u2")]);
    expect(end.path).toEqual(["a1", "u2"]);
    const whole = run([outlined(history)], end);
    expect(whole.path).toEqual(["u1", "a1", "u2"]);
    expect(whole.messages.get("u1")?.status).toBe("unloaded");
    expect(whole.messages.get("a1")).toBe(end.messages.get("a1"));
    expect(whole.children.get("u1")).toEqual(["a1", "a2"]);
  });

  it("fills in what was not loaded and leaves the order and the path as they are", () => {
    const before = run([branch("a1", "u2"), outlined(history)]);
    const after = run([branch("u1")], before);
    expect(textAt(after, "u1")).toBe("Q");
    expect([...after.messages.keys()]).toEqual(["u1", "a1", "a2", "u2"]);
    expect(after.path).toBe(before.path);
  });

  it("that is fetched again shows what is there until it is replaced", () => {
    const before = run([loaded(history), outlined(history), { type: "history_requested" }]);
    expect(textAt(before, "a1")).toBe("first");
    expect(isWanting(before, "a1")).toBe(true);
    const grown = { ...stored("a1", "u1", "assistant", "first and more"), finish_reason: "stop" };
    const after = run([loaded([grown]), outlined(history)], before);
    expect(textAt(after, "a1")).toBe("first and more");
    expect(isWanting(after, "a1")).toBe(false);
    expect(isWanting(after, "u1")).toBe(true);
  });

  it("with what another device has added goes on to its end", () => {
    const before = run([loaded(history), outlined(history)]);
    const added = [...history, stored("a3", "u2", "assistant", "late")];
    const after = run([outlined(added)], before);
    expect(after.path).toEqual(["u1", "a1", "u2", "a3"]);
    expect(isWanting(after, "a3")).toBe(true);
  });

  it("without what another device has deleted ends before it", () => {
    const before = run([loaded(history), outlined(history), { type: "history_requested" }]);
    const remaining = history.filter(({ id }) => !["a1", "u2"].includes(id));
    const after = run([loaded(remaining), outlined(remaining, [...before.messages.keys()])], before);
    expect([...after.messages.keys()]).toEqual(["u1", "a2"]);
    expect(after.path).toEqual(["u1", "a2"]);
    const emptied = run([loaded([]), outlined([], [...before.messages.keys()])], before);
    expect([emptied.path, emptied.leafId, emptied.messages.size]).toEqual([[], null, 0]);
  });

  it("keeps a new message, which then follows what is left", () => {
    const before = run([loaded(history), outlined(history), { ...send, parentId: "u2" }]);
    const known = history.map(({ id }) => id);
    const after = run([outlined(history.slice(0, 2), known)], before);
    expect(after.path).toEqual(["u1", "a1", "local:1", "local:2"]);
  });

  it("that loads beside a running reply does not lose what has arrived", () => {
    const state = run([send, events(started, delta(2, "Hello"))]);
    const behind = [
      stored("u1", null, "user", "Hi"),
      { ...stored("a1", "u1", "assistant", ""), status: "streaming" as const },
    ];
    const beside = run([{ type: "history_requested" }, loaded(behind), outlined(behind)], state);
    expect(textAt(beside, "a1")).toBe("Hello");
  });

  it("that was read before a turn began does not lose the turn", () => {
    const state = run([{ type: "history_requested" }, send, events(started, delta(2, "Hello"))]);
    const after = run([loaded([]), outlined([stored("u0", null, "user", "Before")])], state);
    expect(after.path).toEqual(["u1", "a1"]);
    expect([...after.messages.keys()]).toEqual(["u0", "u1", "a1"]);
  });

  it("keeps a message that could not be sent, as the newest", () => {
    const unsent = run([
      send,
      { type: "request_failed", ids, error: new ApiError({ status: 0, code: "network" }) },
    ]);
    const after = run([loaded(history), outlined(history)], unsent);
    expect(after.path).toEqual(["local:1"]);
    expect([...after.messages.keys()].at(-1)).toBe("local:1");
  });

  it("that is loaded again has the new addresses of results, and what other devices have answered", () => {
    const stepOf = (state: Step["state"], url: string): Step => ({
      n: 1,
      at: 0,
      tool: "draw",
      title: "Draw",
      state,
      arguments: {},
      objects: [{ url, media_type: "image/png", name: "" }],
      started_at: "2026-01-01T00:00:00Z",
    });
    const reply = (...steps: Step[]) => [history[0] as Message, { ...(history[1] as Message), steps }];
    const before = run([loaded(reply(stepOf("waiting", "https://s.test/1?old")))]);
    const step = stepOf("running", "https://s.test/1?new");
    const after = run([loaded(reply(step))], before);
    expect(after.messages.get("a1")?.steps).toEqual([step]);
    expect(after.messages.get("u1")).toBe(before.messages.get("u1"));
  });

  it("asks again for a message whose images have expired", () => {
    const before = run([loaded(history), outlined(history)]);
    const expired = run([{ type: "message_expired", messageId: "a1" }], before);
    expect(isWanting(expired, "a1")).toBe(true);
    expect(expired.messages).toBe(before.messages);
  });

  it("of a broken tree neither fails nor runs in a circle", () => {
    const circle = [
      stored("x", "y", "user", "1"),
      stored("y", "x", "assistant", "2"),
      stored("z", "gone", "user", "3"),
    ];
    const select = (leafId: string) =>
      run([loaded(circle), outlined(circle), { type: "leaf_selected", leafId }]).path;
    expect(select("x").length).toBeLessThanOrEqual(2);
    expect(select("z")).toEqual(["z"]);
  });
});

describe("deleting a message", () => {
  const tree = [
    stored("u1", null, "user", "One"),
    stored("a1", "u1", "assistant", "Yes"),
    stored("u2", "a1", "user", "Two"),
    stored("a2", "u2", "assistant", "Yes"),
    stored("u3", "a1", "user", "Other two"),
    stored("a3", "u3", "assistant", "Yes"),
  ];
  const shown = run([loaded(tree), { type: "leaf_selected", leafId: "a3" }]);

  it("deletes what follows it, and shows the newest branch through the message before", () => {
    const state = run([{ type: "message_deleted", messageId: "u3" }], shown);
    expect(state.path).toEqual(["u1", "a1", "u2", "a2"]);
    expect([...state.messages.keys()]).toEqual(["u1", "a1", "u2", "a2"]);
  });

  it("on another branch leaves the shown one", () => {
    const state = run([{ type: "message_deleted", messageId: "u2" }], shown);
    expect(state.path).toEqual(["u1", "a1", "u3", "a3"]);
    expect(state.children.get("a1")).toEqual(["u3"]);
  });

  it("stays away when the backend still has it, until it is restored", () => {
    const gone = run([{ type: "message_deleted", messageId: "u3" }, loaded(tree)], shown);
    expect(gone.path).toEqual(["u1", "a1", "u2", "a2"]);
    expect(gone.messages.has("a3")).toBe(false);
    const back = run([{ type: "message_restored", messageId: "u3" }], gone);
    expect(back.path).toEqual(["u1", "a1", "u3", "a3"]);
    expect(run([loaded(tree)], back).messages.has("a3")).toBe(true);
  });

  it("that is the first one empties the conversation", () => {
    const state = run([{ type: "message_deleted", messageId: "u1" }], shown);
    expect([state.path, state.leafId, state.messages.size]).toEqual([[], null, 0]);
  });
});

describe("two replies side by side", () => {
  const answered = run([send, events(started, delta(2, "One"), completed(3))]);
  const requested: ConversationAction = {
    type: "reply_requested",
    assistantId: "local:3",
    parentId: "u1",
    besideId: "a1",
    now,
  };

  it("are the present one and the new one, also when it has its id", () => {
    const asked = run([requested], answered);
    expect(comparedWith(asked, "local:3")).toBe("a1");
    const again = { ...started, assistant_message_id: "a2" };
    const regenerated = run(
      [{ type: "events", ids: { userId: null, assistantId: "local:3" }, events: [again], now }],
      asked,
    );
    expect(regenerated.path).toEqual(["u1", "a2"]);
    expect(comparedWith(regenerated, "a2")).toBe("a1");
    expect(comparedWith(regenerated, "u1")).toBeNull();
  });

  it.each<[string, ConversationAction]>([
    ["one of them is chosen", { type: "leaf_selected", leafId: "a1" }],
    [
      "the conversation goes on",
      { ...send, ids: { userId: "local:4", assistantId: "local:5" }, parentId: "a1" },
    ],
    ["a reply is regenerated in place", { ...requested, assistantId: "local:4", besideId: null }],
  ])("end when %s", (_, action) => {
    expect(run([requested, action], answered).compared).toBeNull();
  });
});
