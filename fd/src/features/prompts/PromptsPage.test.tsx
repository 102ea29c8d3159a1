import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { Toasts } from "@/components/Toasts";
import { useToasts } from "@/components/toasts";
import { captureDownloads } from "@/testing/downloads";
import { makeTokens } from "@/testing/tokens";
import { PromptsPage } from "./PromptsPage";

const PROMPT = { id: "p1", command: "sum", title: "Summary", text: "Summarize", project_id: null };

let prompts: object[];
/** The number of prompts that an account may have. */
let limit: number;

const refuse = (status: number, code: string) =>
  HttpResponse.json({ error: { code, message: "" } }, { status });

const server = setupServer(
  http.post<never, typeof PROMPT>(`${API_URL}/prompt/create`, async ({ request }) => {
    const prompt = { ...(await request.json()), id: `p${prompts.length + 1}` };
    if (prompt.text.length > 8000) return refuse(422, "validation_error");
    if (prompt.command === PROMPT.command) return refuse(409, "command_taken");
    if (prompts.length >= limit) return refuse(403, "prompt_limit");
    prompts.push(prompt);
    return HttpResponse.json(prompt);
  }),
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: prompts })),
  http.post<never, { ids: string[] }>(`${API_URL}/prompt/delete`, async ({ request }) => {
    const { ids } = await request.json();
    prompts = prompts.filter((prompt) => !ids.includes((prompt as typeof PROMPT).id));
    return HttpResponse.json({ deleted: ids.length });
  }),
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: [] })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  useToasts.setState([], true);
  prompts = [PROMPT];
  limit = 100;
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PromptsPage />
      <Toasts />
    </QueryClientProvider>,
  );

it("saves the prompts as a file that can be imported", async () => {
  const downloads = captureDownloads();
  open();
  await screen.findByText("Summary");
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  const [file] = downloads;
  expect(file?.name).toBe("prompts.json");
  expect(JSON.parse((await file?.text()) ?? "")).toEqual([
    { command: "sum", title: "Summary", content: "Summarize" },
  ]);
});

it("keeps the focus in the list when a prompt is deleted", async () => {
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Delete /sum" }));
  await waitFor(() => expect(screen.queryByText("Summary")).toBeNull());
  expect(document.activeElement).toBe(screen.getAllByRole("list")[0]);
});

it("tells why a prompt was not deleted, and why a deleted one was not brought back", async () => {
  const refuse = (call: string, code: string, status: number) =>
    server.use(
      http.post(
        `${API_URL}/prompt/${call}`,
        () => HttpResponse.json({ error: { code, message: "", request_id: "r" } }, { status }),
        { once: true },
      ),
    );
  open();
  refuse("delete", "not_found", 404);
  await userEvent.click(await screen.findByRole("button", { name: "Delete /sum" }));
  await screen.findByText(/^This does not exist/);
  await userEvent.click(screen.getByRole("button", { name: "Delete /sum" }));
  refuse("create", "prompt_limit", 409);
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await screen.findByText(/^You have as many prompts as your account allows/);
});

describe("the import", () => {
  async function importFile(content: string): Promise<void> {
    const { container } = open();
    await screen.findByText("Summary");
    const picker = container.querySelector<HTMLInputElement>("input[type=file]") as HTMLInputElement;
    await userEvent.upload(picker, new File([content], "prompts.json", { type: "application/json" }));
  }
  const toasts = () => useToasts.getState().map(({ text }) => text);
  const exported = (command: string, content = "Text") => ({
    command: `/${command}`,
    title: command,
    content,
  });

  it("goes on after a prompt that is refused, and names it", async () => {
    const long = exported("long", "a".repeat(8001));
    await importFile(JSON.stringify([exported("a"), long, exported("sum"), exported("b")]));
    expect((await screen.findByRole("alert")).textContent).toMatch(/^Not imported: \/long\./);
    expect(toasts()).toEqual(["2 prompts imported. 1 existed already."]);
    expect(await screen.findByText("/b")).toBeDefined();
  });

  it("ends at the limit of prompts, and tells how many are added", async () => {
    limit = 2;
    await importFile(JSON.stringify([exported("a"), exported("b"), exported("c")]));
    expect((await screen.findByRole("alert")).textContent).toContain(
      "as many prompts as your account allows",
    );
    expect(toasts()).toEqual(["1 prompt imported."]);
  });

  it("says of another file that it has no prompts", async () => {
    await importFile('{"conversations": []}');
    expect((await screen.findByRole("alert")).textContent).toContain("This file has no prompts");
  });
});
