import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ConversationController } from "./conversation-controller";
import { FindBar } from "./FindBar";

const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };

it("the find bar returns the focus to what had it, or to the messages", async () => {
  // jsdom has no highlights.
  vi.stubGlobal("Highlight", class {});
  vi.stubGlobal("CSS", { highlights: new Map() });
  const controller = new ConversationController("c", observer);
  const page = (open: boolean, hasOpener: boolean) => (
    <div>
      {hasOpener && <button type="button">Opener</button>}
      <section tabIndex={-1} aria-label="Messages" />
      {open && <FindBar controller={controller} onClose={() => undefined} />}
    </div>
  );
  const { rerender } = render(page(false, true));
  screen.getByRole("button", { name: "Opener" }).focus();
  rerender(page(true, true));
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement?.textContent).toBe("Opener");
  rerender(page(true, false));
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(document.activeElement).toBe(screen.getByRole("region", { name: "Messages" }));
  controller.close();
});
