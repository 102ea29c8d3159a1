import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, publicApi, session } from "@/api/client";
import { nextTask } from "@/tasks";
import { makeTokens } from "@/testing/tokens";
import { Providers } from "./Providers";
import { SignInReturnPage } from "./SignInReturnPage";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.end("logged-out");
  sessionStorage.clear();
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** As if this tab had started a sign-in. */
function storeRequest(purpose = "login", next = "/c/1") {
  sessionStorage.setItem("sign-in", JSON.stringify({ purpose, secret: "tab-secret", next }));
}

const open = (address: string) =>
  render(
    <MemoryRouter initialEntries={[address]}>
      <Routes>
        <Route path="/oidc" element={<SignInReturnPage />} />
        <Route path="/c/1" element={<p>the chat</p>} />
        <Route path="/login" element={<p>the log-in page</p>} />
      </Routes>
    </MemoryRouter>,
  );

/** Answers a call, and collects the bodies and tokens that it is sent. */
function answer(path: string, json: object, status = 200) {
  const calls: { body: unknown; token: string | null }[] = [];
  server.use(
    http.post(`${API_URL}${path}`, async ({ request }) => {
      calls.push({ body: await request.json(), token: request.headers.get("authorization") });
      return HttpResponse.json(json, { status });
    }),
  );
  return calls;
}

const RETURNED = "/oidc?code=the-code&state=the-state&iss=https%3A%2F%2Fid.example";

describe("the buttons of the log-in page", () => {
  const providers = (list: object[]) =>
    server.use(http.get(`${API_URL}/user/oidc`, () => HttpResponse.json({ providers: list })));

  it("are the operator's providers", async () => {
    providers([{ id: "a", name: "Example ID" }]);
    answer("/user/oidc/start", { error: { code: "oidc_unavailable", message: "no", request_id: "r" } }, 502);
    render(<Providers />, { wrapper: MemoryRouter });
    await userEvent.click(await screen.findByRole("button", { name: "Continue with Example ID" }));
    expect((await screen.findByRole("alert")).textContent).toContain("provider cannot be reached");
  });

  it("are absent without providers, and when they cannot be loaded", async () => {
    let calls = 0;
    server.use(
      http.get(`${API_URL}/user/oidc`, () => {
        calls += 1;
        return calls === 1 ? HttpResponse.json({ providers: [] }) : HttpResponse.error();
      }),
    );
    const get = vi.spyOn(publicApi, "GET");
    for (let renders = 1; renders <= 2; renders += 1) {
      const { container, unmount } = render(<Providers />, { wrapper: MemoryRouter });
      await act(async () => {
        await Promise.allSettled(get.mock.results.map(({ value }) => value));
        await nextTask();
      });
      expect(calls).toBe(renders);
      expect(container.innerHTML).toBe("");
      unmount();
    }
  });
});

describe("the return from a provider", () => {
  it("logs in with the tab's secret and opens the page that was requested", async () => {
    storeRequest();
    const calls = answer("/user/oidc/finish", makeTokens("user-3"));
    open(RETURNED);
    await screen.findByText("the chat");
    expect(session.snapshot().userId).toBe("user-3");
    expect(calls.map(({ body }) => body)).toEqual([
      { code: "the-code", state: "the-state", secret: "tab-secret", iss: "https://id.example" },
    ]);
  });

  it("is refused without a request of this tab, and a second time", async () => {
    open(RETURNED);
    expect((await screen.findByRole("alert")).textContent).toContain("another browser");
    await userEvent.click(screen.getByRole("link", { name: "Back" }));
    await screen.findByText("the log-in page");
  });

  it("tells a refusal of the provider", async () => {
    storeRequest();
    open("/oidc?error=access_denied&state=the-state");
    expect((await screen.findByRole("alert")).textContent).toContain("cancelled");
  });

  it("leads nowhere but to the application", async () => {
    storeRequest("login", "https://evil.example");
    answer("/user/oidc/finish", makeTokens());
    render(
      <MemoryRouter initialEntries={[RETURNED]}>
        <Routes>
          <Route path="/oidc" element={<SignInReturnPage />} />
          <Route path="/" element={<p>the start</p>} />
        </Routes>
      </MemoryRouter>,
    );
    await screen.findByText("the start");
  });

  it("connects an account that has the address, with its password", async () => {
    storeRequest();
    answer("/user/oidc/finish", {
      link_required: true,
      link_token: "link-1",
      email: "a@example.com",
      provider: "Example ID",
      password: true,
    });
    const calls = answer("/user/oidc/link", makeTokens("user-4"));
    open(RETURNED);
    await screen.findByText(/Example ID has verified a@example.com/);
    await userEvent.type(screen.getByLabelText("Password"), "secret-1{Enter}");
    await screen.findByText("the chat");
    expect(calls).toEqual([{ body: { password: "secret-1" }, token: "Bearer link-1" }]);
    expect(session.snapshot().userId).toBe("user-4");
  });

  it("says how to connect an account without a password", async () => {
    storeRequest();
    answer("/user/oidc/finish", {
      link_required: true,
      link_token: "link-1",
      email: "a@example.com",
      provider: "Example ID",
      password: false,
    });
    open(RETURNED);
    await screen.findByText(/which has no password/);
    expect(screen.queryByLabelText("Password")).toBeNull();
  });

  it("needs the account's second step", async () => {
    storeRequest();
    answer("/user/oidc/finish", { mfa_required: true, mfa_token: "step-1", methods: ["totp", "recovery"] });
    answer("/user/login/mfa", makeTokens("user-5"));
    open(RETURNED);
    await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
    await screen.findByText("the chat");
  });

  it("connects a sign-in to the account of the session", async () => {
    session.accept(makeTokens("user-6"));
    storeRequest("link");
    const calls = answer("/user/identity/finish", { id: "i" }, 201);
    open(RETURNED);
    await screen.findByText("the chat");
    expect(calls).toHaveLength(1);
    expect(calls[0]?.token).toMatch(/^Bearer /);
  });

  it("sends a response that is refused once, and tells the reason", async () => {
    session.accept(makeTokens("user-7"));
    storeRequest("reauthenticate");
    const calls = answer(
      "/user/reauthenticate/oidc/finish",
      { error: { code: "oidc_failed", message: "no", request_id: "r" } },
      401,
    );
    const refreshes = answer("/user/refresh", makeTokens("user-7"));
    open(RETURNED);
    expect((await screen.findByRole("alert")).textContent).toContain("could not be verified");
    expect(calls).toHaveLength(1);
    expect(refreshes).toEqual([]);
  });

  it("sends it again with a new token when the access token is refused", async () => {
    const tokensBefore = makeTokens("user-8");
    session.accept(tokensBefore);
    storeRequest("reauthenticate");
    const renewed = makeTokens("user-8");
    const tokens: (string | null)[] = [];
    server.use(
      http.post(`${API_URL}/user/refresh`, () => HttpResponse.json(renewed)),
      http.post(`${API_URL}/user/reauthenticate/oidc/finish`, ({ request }) => {
        const token = request.headers.get("authorization");
        tokens.push(token);
        if (token === `Bearer ${renewed.access_token}`) return HttpResponse.json({});
        const error = { code: "token_expired", message: "no", request_id: "r" };
        return HttpResponse.json({ error }, { status: 401 });
      }),
    );
    open(RETURNED);
    await screen.findByText("the chat");
    expect(tokens).toEqual([`Bearer ${tokensBefore.access_token}`, `Bearer ${renewed.access_token}`]);
  });
});
