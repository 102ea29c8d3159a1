import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { chooseLanguage } from "@/i18n";
import { makeTokens } from "@/testing/tokens";
import { ForgotPasswordPage, ResetPasswordPage, VerifyEmailPage } from "./pages";

/** Bodies of the calls. */
let bodies: unknown[];
let languages: (string | null)[];
/** The code of the next answer's error; null: success. */
let refused: string | null;

const answer = (path: string, success: () => Response) =>
  http.post(`${API_URL}${path}`, async ({ request }) => {
    bodies.push(await request.json());
    languages.push(request.headers.get("Accept-Language"));
    if (refused === null) return success();
    return HttpResponse.json({ error: { code: refused, message: "no", request_id: "r" } }, { status: 422 });
  });
const server = setupServer(
  answer("/user/password/forgot", () => new HttpResponse(null, { status: 202 })),
  answer("/user/password/reset", () => HttpResponse.json(makeTokens("user-7"))),
  answer("/user/email/verify", () => new HttpResponse(null, { status: 204 })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  bodies = [];
  languages = [];
  refused = null;
});
afterEach(() => session.end("logged-out"));
afterAll(() => server.close());

const open = (address: string) =>
  render(
    <MemoryRouter initialEntries={[address]}>
      <Routes>
        <Route path="/" element={<p>The chats</p>} />
        <Route path="/forgot" element={<ForgotPasswordPage />} />
        <Route path="/reset/:token" element={<ResetPasswordPage />} />
        <Route path="/verify/:token" element={<VerifyEmailPage />} />
      </Routes>
    </MemoryRouter>,
  );

describe("a forgotten password", () => {
  it("is reported with the same words whether or not there is an account", async () => {
    open("/forgot");
    await userEvent.type(screen.getByLabelText("Email"), " a@example.com{Enter}");
    expect((await screen.findByRole("status")).textContent).toContain(
      "If there is an account with a@example.com",
    );
    expect(bodies).toEqual([{ email: "a@example.com" }]);
  });

  it("is mailed in the language of the interface", async () => {
    await chooseLanguage("ja");
    open("/forgot");
    await userEvent.type(screen.getByLabelText("メールアドレス"), "a@example.com{Enter}");
    await waitFor(() => expect(languages).toEqual(["ja"]));
    await chooseLanguage("en");
  });

  it("shows what to do where the server sends no mail", async () => {
    refused = "mail_disabled";
    open("/forgot");
    await userEvent.type(screen.getByLabelText("Email"), "a@example.com{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("This server sends no mail.");
  });
});

describe("the link of a reset", () => {
  const setPassword = async () => {
    await userEvent.type(screen.getByLabelText("New password"), "abcdefg1");
    await userEvent.type(screen.getByLabelText("Confirm password"), "abcdefg1{Enter}");
  };

  it("sets a password and logs in", async () => {
    open("/reset/the-token");
    await setPassword();
    expect(await screen.findByText("The chats")).toBeDefined();
    expect(session.snapshot().userId).toBe("user-7");
    expect(bodies).toEqual([{ token: "the-token", new_password: "abcdefg1", confirm_password: "abcdefg1" }]);
  });

  it("leads to another request when it has expired", async () => {
    refused = "invalid_token";
    open("/reset/the-token");
    await setPassword();
    await userEvent.click(await screen.findByRole("link", { name: "Request a new link" }));
    expect(screen.getByText("Forgot your password?")).toBeDefined();
  });
});

describe("the link of a verification", () => {
  it("verifies only by the button, since programs open links, too", async () => {
    open("/verify/the-token");
    expect(bodies).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Confirm the address" }));
    expect((await screen.findByRole("status")).textContent).toBe("Your email address is confirmed.");
    expect(bodies).toEqual([{ token: "the-token" }]);
  });

  it("shows that it has expired, and where to get another", async () => {
    refused = "invalid_token";
    open("/verify/the-token");
    await userEvent.click(screen.getByRole("button", { name: "Confirm the address" }));
    const { textContent } = await screen.findByRole("alert");
    expect(textContent).toContain("This link has expired or was already used.");
    expect(textContent).toContain("log in, and send a new link in the settings");
  });
});
