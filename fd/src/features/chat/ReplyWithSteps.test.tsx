import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useStore } from "zustand";
import { api } from "@/api/client";
import type { Message, Step } from "@/api/types";
import { storedMessage } from "@/testing/messages";
import { ConversationController } from "./conversation-controller";
import { reduceConversation } from "./conversation-state";
import { ReplyWithSteps } from "./ReplyWithSteps";
import type { OpenReply } from "./reply-stream";

const step: Step = {
  n: 1,
  at: 0,
  tool: "web_search",
  title: "Web search",
  state: "waiting",
  arguments: {},
  ask: { kind: "approve", message: "" },
  started_at: "2026-01-01T00:00:00Z",
};
const mayHaveRun: Step = { ...step, state: "unknown", ask: { kind: "unknown", message: "" } };
const reply = (...steps: Step[]): Message => ({
  ...storedMessage("a1", null, "assistant"),
  content: [],
  status: "waiting",
  steps,
});

// The rest of the reply does not come.
const openReply = vi.fn<OpenReply>(async function* () {
  await new Promise(() => undefined);
  yield [];
});

let controller: ConversationController;
beforeEach(() => {
  const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };
  openReply.mockClear();
  controller = new ConversationController("c", observer, openReply);
  vi.spyOn(api, "POST").mockResolvedValue({} as never);
});
afterEach(() => controller.close());

/** A reply that asks the questions, on the screen. */
function show(...questions: Step[]): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Reply />
    </QueryClientProvider>,
  );
  load(...questions);
}

function load(...questions: Step[]): void {
  act(() =>
    controller.store.setState(
      (state) => reduceConversation(state, { type: "messages_loaded", messages: [reply(...questions)] }),
      true,
    ),
  );
}

function Reply() {
  const message = useStore(controller.store, ({ messages }) => messages.get("a1"));
  return (
    <article tabIndex={-1}>{message && <ReplyWithSteps controller={controller} message={message} />}</article>
  );
}

it.each([
  ["step", step, "Allow", "SUMMARY"],
  ["step", mayHaveRun, "Run it again", "SUMMARY"],
  ["message", { ...step, tool: "", ask: { kind: "limit" as const, message: "" } }, "Go on", "ARTICLE"],
])("the focus goes to the %s when its question is answered", async (_, question, button, target) => {
  show(question);
  await userEvent.click(screen.getByRole("button", { name: button }));
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: button })).toBeNull());
  expect(document.activeElement?.tagName).toBe(target);
});

it("the reply goes on when every question has its answer", async () => {
  show(mayHaveRun, { ...step, n: 2 });
  await userEvent.click(screen.getByRole("button", { name: "Allow" }));
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: "Allow" })).toBeNull());
  expect(openReply).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Run it again" }));
  await vi.waitFor(() => expect(openReply.mock.lastCall?.[0]).toMatchObject({ answered: [1, 2] }));
});

it("a call that may have run is asked about no more after a no", () => {
  show({ ...mayHaveRun, ended_at: "2026-01-01T00:01:00Z" });
  expect(screen.queryByRole("button", { name: "Run it again" })).toBeNull();
});

it("the focus returns to the button when the denial is taken back", async () => {
  show(step);
  await userEvent.click(screen.getByRole("button", { name: "Deny" }));
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(document.activeElement?.textContent).toBe("Deny");
});

const STORE = "https://store.test/1.png";
const drawn = (query: string, media_type: string): Step => ({
  ...step,
  state: "done",
  objects: [{ url: `${STORE}?${query}`, media_type, name: "tea" }],
});

it("an image whose address has expired is fetched with a new one, once", () => {
  show(drawn("old", "image/png"));
  const image = screen.getByRole("img", { name: "tea" });
  fireEvent.error(image);
  expect(controller.store.getState().stale).toContain("a1");
  load(drawn("new", "image/png"));
  expect(screen.getByRole("img", { name: "tea" })).toBe(image);
  expect(image).toHaveProperty("src", `${STORE}?new`);
  fireEvent.error(image);
  expect(controller.store.getState().stale).not.toContain("a1");
});

it("the address of a file is renewed when its step is unfolded", async () => {
  show(drawn("old", "text/plain"));
  await userEvent.click(document.querySelector("summary") as HTMLElement);
  await vi.waitFor(() => expect(controller.store.getState().stale).toContain("a1"));
  load(drawn("new", "text/plain"));
  expect(screen.getByRole("link", { name: "tea" })).toHaveProperty("href", `${STORE}?new`);
});
