// Projects in the sidebar and on their page, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { ReactNode } from "react";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Project } from "@/api/types";
import { Toasts } from "@/components/Toasts";
import { useToasts } from "@/components/toasts";
import { makeTokens } from "@/testing/tokens";
import { MoveToProject } from "./MoveToProject";
import { ProjectList } from "./ProjectList";
import { ProjectPage } from "./ProjectPage";

const TIME = "2026-01-01T00:00:00Z";
const project = (id: string, name: string, archived = false): Project => ({
  id,
  name,
  archived,
  icon: null,
  instructions: "",
  model_config_id: null,
  tools: null,
  pinned: false,
  created_at: TIME,
  updated_at: TIME,
});

let stored: Project[];

const server = setupServer(
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: stored })),
  http.post<never, Pick<Project, "id">>(`${API_URL}/project/update`, async ({ request }) => {
    const { id, ...fields } = await request.json();
    stored = stored.map((each) => (each.id === id ? { ...each, ...fields } : each));
    return HttpResponse.json(stored.find((each) => each.id === id));
  }),
  http.get(`${API_URL}/conversation`, () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get(`${API_URL}/file`, () => HttpResponse.json({ items: [], next_cursor: null })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  useToasts.setState([], true);
  session.accept(makeTokens());
  stored = [project("p1", "Garden"), project("p2", "Kitchen")];
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const show = (page: ReactNode, address = "/") =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[address]}>
        {page}
        <Toasts />
      </MemoryRouter>
    </QueryClientProvider>,
  );

describe("the page of a project", () => {
  const open = () =>
    show(
      <>
        <ProjectList />
        <Routes>
          <Route path="p/:id" element={<ProjectPage navigation={null} />} />
        </Routes>
      </>,
      "/p/p1",
    );
  const choose = async (name: string) => {
    await userEvent.click(await screen.findByRole("button", { name: "Project menu" }));
    await userEvent.click(await screen.findByRole("menuitem", { name }));
  };
  const isFolded = (name: string) =>
    screen.getByRole("link", { name, hidden: true }).closest("details") !== null;

  it("archives it to a group of the sidebar, and takes that back", async () => {
    open();
    await choose("Archive");
    await screen.findByText("“Garden” archived");
    await waitFor(() => expect(isFolded("Garden")).toBe(true));
    expect(isFolded("Kitchen")).toBe(false);
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(isFolded("Garden")).toBe(false));
    expect(screen.queryByText("Archived")).toBeNull();
  });

  it.each(["Pin", "Archive"])("tells why this fails: %s", async (action) => {
    server.use(
      http.post(`${API_URL}/project/update`, () =>
        HttpResponse.json({ error: { code: "not_found", message: "", request_id: "r" } }, { status: 404 }),
      ),
    );
    open();
    await choose(action);
    const toasts = within(screen.getByRole("region", { name: "Notifications" }));
    await toasts.findByRole("listitem");
    expect(toasts.queryByRole("button", { name: "Undo" })).toBeNull();
    expect(isFolded("Garden")).toBe(false);
  });
});

describe("the dialog that moves chats", () => {
  const offered = async () => {
    await screen.findByRole("button", { name: "Kitchen" });
    return screen.queryByRole("button", { name: "Garden" });
  };

  it("offers no archived project, but shows the one that they are in", async () => {
    stored = [project("p2", "Kitchen"), project("p1", "Garden", true)];
    const { unmount } = show(<MoveToProject projectId={null} onMove={vi.fn()} onClose={vi.fn()} />);
    expect(await offered()).toBeNull();
    unmount();
    show(<MoveToProject projectId="p1" onMove={vi.fn()} onClose={vi.fn()} />);
    expect((await offered())?.getAttribute("aria-pressed")).toBe("true");
  });
});
