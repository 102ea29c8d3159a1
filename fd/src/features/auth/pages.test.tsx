import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { LoginPage } from "./LoginPage";
import { RegisterPage } from "./RegisterPage";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

const open = (page: React.ReactNode) => render(<MemoryRouter>{page}</MemoryRouter>);

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
});
