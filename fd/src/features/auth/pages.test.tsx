import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import type { AccountOptions } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { LoginPage } from "./LoginPage";
import { RegisterPage } from "./RegisterPage";

let options: AccountOptions;
const server = setupServer(
  http.get(`${API_URL}/user/options`, () => HttpResponse.json(options)),
  http.get(`${API_URL}/user/oidc`, () => HttpResponse.json({ providers: [] })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  options = { registration: "open", mail: true, passkeys: false };
});
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

const open = (page: React.ReactNode, address = "/") =>
  render(<MemoryRouter initialEntries={[address]}>{page}</MemoryRouter>);

describe("logging in", () => {
  it("begins a session", async () => {
    server.use(http.post(`${API_URL}/user/login`, () => HttpResponse.json(makeTokens("user-3"))));
    open(<LoginPage />);
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Password"), "secret-1{Enter}");
    await waitFor(() => expect(session.snapshot().userId).toBe("user-3"));
  });

  it("sends the device token of the login before, which outlives its session", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(`${API_URL}/user/login`, async ({ request }) => {
        bodies.push(await request.json());
        return HttpResponse.json({ ...makeTokens(), device_token: `device-${bodies.length}` });
      }),
    );
    for (let logins = 1; logins <= 2; logins += 1) {
      const { unmount } = open(<LoginPage />);
      await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
      await userEvent.type(screen.getByLabelText("Password"), "secret-1{Enter}");
      await waitFor(() => expect(session.deviceToken()).toBe(`device-${logins}`));
      session.end("logged-out");
      unmount();
    }
    expect(bodies).toMatchObject([{ email: "a@example.com" }, { device_token: "device-1" }]);
  });

  it.each([
    ["email_not_found", "Email"],
    ["wrong_password", "Password"],
  ])("after %s goes on in the field: %s", async (code, field) => {
    server.use(
      http.post(`${API_URL}/user/login`, () =>
        HttpResponse.json({ error: { code, message: "no", request_id: "r" } }, { status: 401 }),
      ),
    );
    open(<LoginPage />);
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Password"), "wrong-1{Enter}");
    await screen.findByRole("alert");
    expect(document.activeElement).toBe(screen.getByLabelText(field));
  });

  it("says in words what is wrong, without a request id, which would not help", async () => {
    server.use(
      http.post(`${API_URL}/user/login`, () =>
        HttpResponse.json(
          { error: { code: "wrong_password", message: "no", request_id: "req-42" } },
          { status: 401 },
        ),
      ),
    );
    open(<LoginPage />);
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Password"), "wrong-1{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("The password is wrong.");
    expect(screen.getByRole("alert").textContent).not.toContain("req-42");
  });

  it("offers a link by mail for a forgotten password, and to register", async () => {
    open(<LoginPage />);
    expect((await screen.findByRole("link", { name: "Forgot password?" })).getAttribute("href")).toBe(
      "/forgot",
    );
    expect(screen.getByRole("link", { name: "Sign up" })).toBeDefined();
  });

  it("offers passkeys where the server has them and the browser supports them", async () => {
    options = { registration: "open", mail: true, passkeys: true };
    const unsupported = open(<LoginPage />);
    await screen.findByRole("link", { name: "Forgot password?" });
    expect(screen.queryByRole("button", { name: "Log in with a passkey" })).toBeNull();
    unsupported.unmount();
    vi.stubGlobal("PublicKeyCredential", class {});
    open(<LoginPage />);
    expect(await screen.findByRole("button", { name: "Log in with a passkey" })).toBeDefined();
    vi.unstubAllGlobals();
  });

  it("offers neither where the server sends no mail and accepts nobody", async () => {
    options = { registration: "closed", mail: false, passkeys: false };
    open(<LoginPage />);
    await waitFor(() => expect(screen.queryByRole("link", { name: "Sign up" })).toBeNull());
    expect(screen.queryByRole("link", { name: "Forgot password?" })).toBeNull();
  });

  it("is completed with a code where the account has a second factor", async () => {
    const codes: unknown[] = [];
    server.use(
      http.post(`${API_URL}/user/login`, () =>
        HttpResponse.json({ mfa_required: true, mfa_token: "step-1", methods: ["totp", "recovery"] }),
      ),
      http.post<never, { code: string }>(`${API_URL}/user/login/mfa`, async ({ request }) => {
        const { code } = await request.json();
        codes.push([request.headers.get("Authorization"), code]);
        if (code === "123456") return HttpResponse.json(makeTokens("user-4"));
        const error = { code: "wrong_code", message: "no", request_id: "r" };
        return HttpResponse.json({ error }, { status: 401 });
      }),
    );
    open(<LoginPage />);
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Password"), "secret-1{Enter}");
    const code = await screen.findByLabelText("Code");
    expect(session.snapshot().userId).toBeNull();
    await userEvent.type(code, "000000{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("The code is wrong");
    await userEvent.clear(code);
    await userEvent.type(code, " 123456{Enter}");
    await waitFor(() => expect(session.snapshot().userId).toBe("user-4"));
    expect(codes).toEqual([
      ["Bearer step-1", "000000"],
      ["Bearer step-1", "123456"],
    ]);
  });

  it("tells of an address that cannot be one without asking the backend", async () => {
    open(<LoginPage />);
    await userEvent.type(screen.getByLabelText("Email"), "nobody{Enter}");
    expect(await screen.findByText("Enter a valid email address")).toBeDefined();
  });
});

describe("registering", () => {
  it("shows which password rules are met while typing", async () => {
    open(<RegisterPage />);
    const rule = (name: string) => screen.getByText(name).textContent;
    expect(rule("At least one digit")).toContain("(not met)");
    await userEvent.type(screen.getByLabelText("Password"), "abcdefg1");
    expect(rule("At least one digit")).toContain("(met)");
    expect(rule("Both entries match")).toContain("(not met)");
    await userEvent.type(screen.getByLabelText("Confirm password"), "abcdefg1");
    expect(rule("Both entries match")).toContain("(met)");
  });

  it("is refused here when the passwords differ", async () => {
    open(<RegisterPage />);
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Username"), "Ann");
    await userEvent.type(screen.getByLabelText("Password"), "abcdefg1");
    await userEvent.type(screen.getByLabelText("Confirm password"), "abcdefg2{Enter}");
    expect(await screen.findByText("The two passwords differ")).toBeDefined();
  });

  it("needs an invitation where the operator says so, and sends it", async () => {
    options = { registration: "invite", mail: true, passkeys: false };
    const bodies: unknown[] = [];
    server.use(
      http.post(`${API_URL}/user/register`, async ({ request }) => {
        bodies.push(await request.json());
        return HttpResponse.json(makeTokens("user-4"), { status: 201 });
      }),
    );
    const { unmount } = open(<RegisterPage />);
    expect(await screen.findByText(/^You need an invitation/)).toBeDefined();
    expect(screen.queryByLabelText("Email")).toBeNull();
    unmount();

    open(<RegisterPage />, "/register?invite=the-token");
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com");
    await userEvent.type(screen.getByLabelText("Username"), "Ann");
    await userEvent.type(screen.getByLabelText("Password"), "abcdefg1");
    await userEvent.type(screen.getByLabelText("Confirm password"), "abcdefg1{Enter}");
    await waitFor(() => expect(bodies).toMatchObject([{ email: "a@example.com", invite: "the-token" }]));
  });

  it("is closed also to somebody with an invitation where the operator says so", async () => {
    options = { registration: "closed", mail: true, passkeys: false };
    open(<RegisterPage />, "/register?invite=the-token");
    expect(await screen.findByText(/^This server accepts no new accounts/)).toBeDefined();
    expect(screen.queryByLabelText("Email")).toBeNull();
  });
});
