import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { AttachmentTray } from "./attachments";
import { Composer } from "./Composer";

function open(tray: AttachmentTray, onSend = vi.fn(async () => undefined)): void {
  const nothing = () => undefined;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <Composer
          ref={null}
          conversationId={null}
          draftOf={null}
          projectId={null}
          tray={tray}
          takesImages
          tools={[]}
          onTools={nothing}
          running={false}
          stoppable={false}
          onSend={onSend}
          onQueue={onSend}
          onStop={nothing}
          onEditLast={nothing}
        />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

/** A tray with images whose upload failed. */
function trayOf(...errors: readonly ApiError[]): AttachmentTray {
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:picture");
  const tray = new AttachmentTray();
  tray.add(
    errors.map((_, index) => new File(["x"], `${index}.png`, { type: "image/png" })),
    null,
  );
  tray.store.setState(({ items }) => ({
    items: items.map((item, index) => ({ ...item, state: "failed", error: errors[index] ?? null })),
  }));
  return tray;
}

const refused = new ApiError({ status: 429, code: "rate_limited", retryAfter: 7200 });
const REASON = "You have reached today’s limit for this. Try again in 2 h.";

it("shows why images were not uploaded, each reason once", () => {
  open(trayOf(refused, new ApiError({ status: 0, code: "network" }), refused));
  expect(screen.getAllByText(REASON)).toHaveLength(1);
  expect(screen.getByText(/^The server cannot be reached/)).toBeDefined();
});

it("does not repeat the reason for which a message was not sent", async () => {
  open(
    trayOf(refused),
    vi.fn(async () => {
      throw refused;
    }),
  );
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText(REASON)).toBeDefined();
  expect(screen.getAllByText(REASON)).toHaveLength(1);
});
