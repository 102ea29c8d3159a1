// Lists of an import of thousands of conversations.
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { ImportPreview } from "./ImportPreview";
import { ImportResults } from "./ImportResults";
import type { Outcome } from "./import-outcome";
import { resetImport, useImport } from "./import-session";
import type { Listed } from "./import-worker";

const COUNT = 5000;
const numbers = Array.from({ length: COUNT }, (_, n) => n);
const nothing = () => undefined;

beforeEach(resetImport);

function preview(problems: { name: string; reason: "empty" | "cut" }[] = []): void {
  const listed = numbers.map(
    (n): Listed => ({
      key: `claude ${n}`,
      source: "claude",
      title: `Chat ${n}`,
      at: "2026-01-01T00:00:00Z",
      messages: 2,
      images: 0,
    }),
  );
  const { scanned } = useImport.getState();
  useImport.setState({
    scanned: { ...scanned, listed, problems },
    chosen: new Set(listed.map(({ key }) => key)),
  });
  render(<ImportPreview onImport={nothing} onCancel={nothing} />);
}

function results(outcomes: Outcome[]): void {
  useImport.setState({ phase: "done", outcomes });
  render(
    <MemoryRouter>
      <ImportResults onChange={nothing} />
    </MemoryRouter>,
  );
}

describe("the choice among thousands of conversations", () => {
  it("has few rows in the document, and counts all", async () => {
    preview();
    expect(screen.queryByRole("checkbox", { name: /Chat/ })).toBeNull();
    await userEvent.click(screen.getByText("Choose chats"));
    expect(await screen.findByRole("checkbox", { name: /^Chat 0 ?Jan/ })).toBeDefined();
    expect(document.querySelectorAll("li").length).toBeLessThan(200);
    await userEvent.click(screen.getByRole("checkbox", { name: /^Chat 1 ?Jan/ }));
    expect(screen.getByRole("button", { name: "Import 4999 chats" })).toBeDefined();
    await userEvent.click(screen.getByRole("checkbox", { name: /Claude/ }));
    expect(screen.getByRole("button", { name: "Import 5000 chats" })).toBeDefined();
  });

  it("groups what cannot be imported by reason", () => {
    preview([
      { name: "a.json", reason: "cut" },
      { name: "Nothing", reason: "empty" },
      { name: "b.json", reason: "cut" },
    ]);
    const cut = within(screen.getByRole("region", { name: /The file ends in the middle/ }));
    expect(cut.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(["a.json", "b.json"]);
  });
});

describe("the results of thousands of conversations", () => {
  it("are few rows in the document", () => {
    results(numbers.map((n) => ({ key: `${n}`, title: `Chat ${n}`, state: "imported", id: `${n}` })));
    expect(screen.getByText("5000 imported")).toBeDefined();
    const rows = within(screen.getByRole("list", { name: "Results" })).getAllByRole("listitem");
    expect(rows.length).toBeLessThan(200);
    expect(rows[0]?.getAttribute("aria-setsize")).toBe("5000");
  });

  it("name the reason of failures once, before the others", () => {
    const error = new ApiError({ status: 429, code: "rate_limited", retryAfter: 30 });
    results([
      { key: "1", title: "Fine", state: "imported", id: "1" },
      { key: "2", title: "Refused", state: "failed", error },
      { key: "3", title: null, state: "failed", error },
    ]);
    const reason = screen.getByRole("region", { name: /in 30 seconds/ });
    expect(
      within(reason)
        .getAllByRole("listitem")
        .map(({ textContent }) => textContent),
    ).toEqual(["Refused", "New chat"]);
    expect(reason.compareDocumentPosition(screen.getByText("Fine"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });
});
