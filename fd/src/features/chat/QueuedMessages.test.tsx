import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ConversationController } from "./conversation-controller";
import { SendingText } from "./drafts";
import { QueuedMessages } from "./QueuedMessages";

it("the text of a queued message stays while the conversation is left, and the focus with its button", async () => {
  const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };
  const controller = new ConversationController("queued", observer);
  controller.queue.add([{ type: "text", text: "Seccond" }], new SendingText("queued", "Seccond"), "reply");
  render(<QueuedMessages controller={controller} />);
  const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Edit message" });
  await userEvent.click(screen.getByRole("button", { name: "Edit the queued message" }));
  await userEvent.clear(field());
  await userEvent.type(field(), "Second");
  cleanup();
  render(<QueuedMessages controller={controller} />);
  expect(field().value).toBe("Second");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await userEvent.click(screen.getByRole("button", { name: "Edit the queued message" }));
  expect(field().value).toBe("Seccond");
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement?.ariaLabel).toBe("Edit the queued message");
  controller.close();
});
