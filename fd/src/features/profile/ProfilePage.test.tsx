import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Factors, Identity, LoginSession, Passkey } from "@/api/types";
import { showToast, useToasts } from "@/components/toasts";
import { captureDownloads } from "@/testing/downloads";
import { makeTokens } from "@/testing/tokens";
import { ProfilePage } from "./ProfilePage";

let downloads: readonly File[];

let logins: LoginSession[];
/** Bodies of the calls that revoke logins. */
let revoked: string[][];
/** Bodies of the calls that delete the account, with the token in their header. */
let deletions: { body: unknown; token: string | null }[];
/** The password that has to be given first; null for a recent login. */
let neededPassword: string | null;
const needsPassword = () => neededPassword !== null && refusal("reauthentication_required", 403);
let exportFails: boolean;
let sendsMail: boolean;
let isVerified: boolean;
let requestedMails: number;
let loginNotices: boolean | null;
let factors: Factors;
const PROVIDERS = [
  { id: "first", name: "First ID" },
  { id: "second", name: "Second ID" },
];
let identities: Identity[];
const identity = (id: string, provider: string): Identity => ({
  id: `identity-${id}`,
  provider,
  provider_id: id,
  email: `ann@${id}.example`,
  created_at: "2026-01-01T00:00:00Z",
  last_used_at: "2026-02-01T00:00:00Z",
});
const RECOVERY_CODES = ["AAAA-BBBB-CCCC-DDDD", "EEEE-FFFF-GGGG-HHHH"];
let hasPasskeys: boolean;
let passkeys: Passkey[];
const passkey = (id: string, name: string): Passkey => ({
  id,
  name,
  backed_up: true,
  created_at: "2026-01-02T00:00:00Z",
  last_used_at: null,
});
/** Codes that were sent, with their call. */
let codes: string[];

/** The answer to a code, which is right if it is 123456. */
async function answerCode(request: Request, right: () => Response): Promise<Response> {
  const { code } = (await request.json()) as { code: string };
  codes.push(`${new URL(request.url).pathname.split("/").at(-1)} ${code}`);
  return code === "123456" ? right() : refusal("wrong_code", 401);
}

const refusal = (code: string, status: number) =>
  HttpResponse.json({ error: { code, message: "no", request_id: "r" } }, { status });

const PROFILE = {
  id: "user-1",
  username: "Ann",
  email: "ann@example.com",
  group: "free",
  created_at: "2026-01-01T00:00:00Z",
};

const server = setupServer(
  http.get(`${API_URL}/user/me`, () => HttpResponse.json({ ...PROFILE, email_verified: isVerified })),
  http.get(`${API_URL}/user/options`, () =>
    HttpResponse.json({ registration: "open", mail: sendsMail, passkeys: hasPasskeys }),
  ),
  http.get(`${API_URL}/user/passkey`, () => HttpResponse.json({ items: passkeys })),
  http.post<never, { id: string; name: string }>(`${API_URL}/user/passkey/rename`, async ({ request }) => {
    const { id, name } = await request.json();
    passkeys = passkeys.map((passkey) => (passkey.id === id ? { ...passkey, name } : passkey));
    return HttpResponse.json(passkeys.find((passkey) => passkey.id === id));
  }),
  http.post<never, { id: string }>(`${API_URL}/user/passkey/remove`, async ({ request }) => {
    const { id } = await request.json();
    const refused = needsPassword();
    if (refused) return refused;
    passkeys = passkeys.filter((passkey) => passkey.id !== id);
    return new HttpResponse(null, { status: 204 });
  }),
  http.post(`${API_URL}/user/email/verification`, () => {
    requestedMails += 1;
    return new HttpResponse(null, { status: 202 });
  }),
  http.get(`${API_URL}/user/me/settings`, () => HttpResponse.json({ login_notices: loginNotices })),
  http.post<never, { login_notices: boolean }>(`${API_URL}/user/me/settings`, async ({ request }) => {
    loginNotices = (await request.json()).login_notices;
    return HttpResponse.json({ login_notices: loginNotices });
  }),
  http.get(`${API_URL}/user/mfa`, () => HttpResponse.json(factors)),
  http.get(`${API_URL}/user/oidc`, () => HttpResponse.json({ providers: PROVIDERS })),
  http.get(`${API_URL}/user/identity`, () => HttpResponse.json({ items: identities })),
  http.post<never, { id: string }>(`${API_URL}/user/identity/remove`, async ({ request }) => {
    const { id } = await request.json();
    if (identities.length === 1) return refusal("last_sign_in", 409);
    identities = identities.filter((identity) => identity.id !== id);
    return new HttpResponse(null, { status: 204 });
  }),
  http.post(`${API_URL}/user/mfa/totp/start`, () => {
    const setup = { secret: "ABCDEFGHIJ", uri: "otpauth://totp/Chat:ann?secret=ABCDEFGHIJ" };
    return needsPassword() || HttpResponse.json(setup);
  }),
  http.post(`${API_URL}/user/mfa/totp/confirm`, ({ request }) =>
    answerCode(request, () => {
      factors = { ...factors, totp: true, passkeys: false, recovery_codes: 10 };
      return HttpResponse.json({ recovery_codes: RECOVERY_CODES });
    }),
  ),
  http.post(`${API_URL}/user/mfa/totp/remove`, ({ request }) =>
    answerCode(request, () => {
      factors = { ...factors, totp: false, passkeys: false, recovery_codes: 0 };
      return new HttpResponse(null, { status: 204 });
    }),
  ),
  http.post(`${API_URL}/user/mfa/recovery_codes`, () =>
    HttpResponse.json({ recovery_codes: RECOVERY_CODES.toReversed() }),
  ),
  http.get(`${API_URL}/user/session`, () => HttpResponse.json({ items: logins })),
  http.post<never, { ids: string[] }>(`${API_URL}/user/session/revoke`, async ({ request }) => {
    const { ids } = await request.json();
    revoked.push(ids);
    logins = logins.filter(({ id }) => !ids.includes(id));
    return HttpResponse.json({ revoked: ids.length });
  }),
  http.post<never, { email: string }>(`${API_URL}/user/me/email`, async ({ request }) => {
    const { email } = await request.json();
    return needsPassword() || HttpResponse.json({ ...PROFILE, email });
  }),
  http.post<never, { current_password?: string; code?: string }>(
    `${API_URL}/user/reauthenticate`,
    async ({ request }) => {
      const { current_password, code } = await request.json();
      if (code !== undefined) codes.push(`reauthenticate ${code}`);
      else if (current_password !== neededPassword) return refusal("wrong_password", 401);
      neededPassword = null;
      return new HttpResponse(null, { status: 204 });
    },
  ),
  http.get(`${API_URL}/user/me/export`, ({ request }) => {
    const refused = needsPassword();
    if (refused) return refused;
    const cursor = new URL(request.url).searchParams.get("cursor");
    if (cursor === null) return HttpResponse.json({ items: [{ kind: "account" }], next_cursor: "second" });
    if (exportFails) return refusal("internal_error", 500);
    return HttpResponse.json({ items: [{ kind: "conversation" }, { kind: "message" }], next_cursor: null });
  }),
  http.post(`${API_URL}/user/me/delete`, async ({ request }) => {
    const refused = needsPassword();
    if (refused) return refused;
    deletions.push({ body: await request.json(), token: request.headers.get("Authorization") });
    return new HttpResponse(null, { status: 202 });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  logins = [
    login("other-1", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
    login("this", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"),
    login("other-2", null),
  ];
  identities = [];
  revoked = [];
  deletions = [];
  downloads = captureDownloads();
  neededPassword = null;
  exportFails = false;
  sendsMail = true;
  isVerified = false;
  requestedMails = 0;
  loginNotices = null;
  factors = { password: true, totp: false, passkeys: false, recovery_codes: 0 };
  codes = [];
  hasPasskeys = false;
  passkeys = [passkey("p1", "Laptop"), passkey("p2", "Phone")];
});
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

function login(id: string, device: string | null): LoginSession {
  return {
    id,
    current: id === "this",
    device,
    address: "192.0.2.7",
    created_at: "2026-01-01T00:00:00Z",
    last_used_at: "2026-02-03T04:05:00Z",
  };
}

async function open(): Promise<QueryClient> {
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <ProfilePage />
    </QueryClientProvider>,
  );
  await screen.findByText("This device");
  return queryClient;
}

const devices = () => within(screen.getByRole("region", { name: "Devices" })).getAllByRole("listitem");

describe("the devices", () => {
  it("are listed with name, last use and address, this one first and without a button", async () => {
    await open();
    const [current, ...others] = devices();
    expect(current?.textContent).toContain("Chrome · WindowsThis device");
    expect(within(current as HTMLElement).queryByRole("button")).toBeNull();
    expect(others.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Firefox · Linux.*2026.*192\.0\.2\.7/),
      expect.stringContaining("Unknown device"),
    ]);
  });

  it("are logged out one by one", async () => {
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Log out Firefox · Linux" }));
    expect(await screen.findByText("1 device was logged out.")).toBeDefined();
    await waitFor(() => expect(devices()).toHaveLength(2));
    expect(revoked).toEqual([["other-1"]]);
    expect(screen.queryByRole("button", { name: "Log out everywhere else" })).toBeNull();
  });

  it("are all logged out but this one, a hundred in a call", async () => {
    for (let number = 0; number < 101; number += 1) logins.push(login(`more-${number}`, null));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Log out everywhere else" }));
    expect(await screen.findByText("103 devices were logged out.")).toBeDefined();
    await waitFor(() => expect(devices()).toHaveLength(1));
    expect(revoked.map(({ length }) => length)).toEqual([100, 3]);
    expect(revoked.flat()).not.toContain("this");
  });
});

describe("a new password", () => {
  it("leaves this device only, and is a way to confirm from then on", async () => {
    factors = { password: false, totp: false, passkeys: false, recovery_codes: 0 };
    server.use(
      http.post(`${API_URL}/user/me/password`, () => {
        logins = logins.filter(({ current }) => current);
        factors = { ...factors, password: true };
        return HttpResponse.json(makeTokens());
      }),
    );
    await open();
    expect(devices()).toHaveLength(3);
    await userEvent.type(screen.getByLabelText("New password"), "secret-22");
    await userEvent.type(screen.getByLabelText(/^Confirm/), "secret-22{Enter}");
    await screen.findByText(/^Password changed/);
    await waitFor(() => expect(devices()).toHaveLength(1));

    neededPassword = "secret-22";
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await screen.findByLabelText("Password");
  });
});

describe("the email address", () => {
  it("can be verified by a mail until it is", async () => {
    await open();
    await userEvent.click(await screen.findByRole("button", { name: "Send a link to confirm it" }));
    expect(await screen.findByText("A mail is on its way to ann@example.com.")).toBeDefined();
    expect(requestedMails).toBe(1);
  });

  it("is shown as confirmed", async () => {
    isVerified = true;
    await open();
    expect(await screen.findByText("Confirmed")).toBeDefined();
    expect(screen.queryByRole("button", { name: "Send a link to confirm it" })).toBeNull();
  });
});

describe("the mails about logins", () => {
  it("are on until they are turned off", async () => {
    await open();
    const choice = await screen.findByRole<HTMLInputElement>("checkbox", { name: /new devices/ });
    expect(choice.checked).toBe(true);
    await userEvent.click(choice);
    await waitFor(() => expect(loginNotices).toBe(false));
    expect(choice.checked).toBe(false);
  });

  it("are no choice where the server sends none", async () => {
    sendsMail = false;
    const queryClient = await open();
    await waitFor(() => expect(queryClient.isFetching()).toBe(0));
    expect(screen.queryByRole("checkbox")).toBeNull();
    expect(screen.queryByRole("button", { name: "Send a link to confirm it" })).toBeNull();
  });
});

describe("the log-out", () => {
  it("first does what a toast has postponed", async () => {
    server.use(http.post(`${API_URL}/user/logout`, () => new HttpResponse(null, { status: 204 })));
    await open();
    let doneBy: string | null | undefined;
    showToast("1 model was deleted", { label: "Undo", run: () => undefined }, async () => {
      doneBy = session.snapshot().userId;
    });
    await userEvent.click(screen.getByRole("button", { name: "Log out" }));
    await waitFor(() => expect(session.snapshot()).toEqual({ userId: null, ended: "logged-out" }));
    expect(doneBy).toBe("user-1");
    expect(useToasts.getState()).toEqual([]);
  });
});

describe("the export", () => {
  it("is one file with the items of all pages", async () => {
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    expect(await screen.findByText("Downloaded 3 entries.")).toBeDefined();
    const [file] = downloads;
    expect(file?.name).toMatch(/^chat-account-\d{4}-\d{2}-\d{2}\.json$/);
    expect(JSON.parse((await file?.text()) ?? "")).toMatchObject({
      items: [{ kind: "account" }, { kind: "conversation" }, { kind: "message" }],
    });
  });

  it("is no file when a page fails", async () => {
    exportFails = true;
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The server had an error");
    expect(downloads).toEqual([]);
  });
});

describe("the deletion", () => {
  async function confirm(email: string): Promise<void> {
    await userEvent.click(screen.getByRole("button", { name: "Delete account…" }));
    await userEvent.type(await screen.findByLabelText("To confirm, enter ann@example.com"), email);
    await userEvent.click(screen.getByRole("button", { name: "Delete for good" }));
  }

  it("ends the session after the email was typed", async () => {
    await open();
    await confirm("Ann@example.com");
    await waitFor(() => expect(session.snapshot()).toEqual({ userId: null, ended: "logged-out" }));
    expect(deletions).toEqual([{ body: {}, token: expect.stringMatching(/^Bearer refresh-/) }]);
  });

  it("does not begin with another email", async () => {
    await open();
    await confirm("bob@example.com");
    expect(await screen.findByText("This is not the email address of your account")).toBeDefined();
    expect(deletions).toEqual([]);
  });
});

describe("two-step login", () => {
  const section = () => within(screen.getByRole("region", { name: "Two-step login" }));
  const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));

  it("is set up with a QR code and a first code, and shows the recovery codes once", async () => {
    await open();
    await userEvent.click(await section().findByRole("button", { name: "Set up an authenticator app" }));
    const setup = await dialog("Set up an authenticator app");
    expect(await setup.findByRole("img", { name: "QR code for the authenticator app" })).toBeDefined();
    expect(setup.getByText("ABCD EFGH IJ")).toBeDefined();
    await userEvent.type(setup.getByLabelText("Code"), "000000{Enter}");
    expect((await setup.findByRole("alert")).textContent).toContain("The code is wrong");
    await userEvent.clear(setup.getByLabelText("Code"));
    await userEvent.type(setup.getByLabelText("Code"), "123456{Enter}");
    const recovery = await dialog("Recovery codes");
    expect(recovery.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(RECOVERY_CODES);
    await userEvent.click(recovery.getByRole("button", { name: "Download" }));
    expect(await downloads[0]?.text()).toBe(`${RECOVERY_CODES.join("\n")}\n`);
    await userEvent.click(recovery.getByRole("button", { name: "I have saved them" }));
    expect(await section().findByText(/is on.*10 recovery codes are left/)).toBeDefined();
    // A wrong code is not sent again with another access token.
    expect(codes).toEqual(["confirm 000000", "confirm 123456"]);
  });

  it("has its recovery codes replaced, and is turned off with a code", async () => {
    factors = { password: true, totp: true, passkeys: false, recovery_codes: 1 };
    await open();
    expect(await section().findByText(/1 recovery code is left/)).toBeDefined();
    await userEvent.click(section().getByRole("button", { name: "New recovery codes" }));
    const recovery = await dialog("Recovery codes");
    expect(recovery.getAllByRole("listitem")[0]?.textContent).toBe(RECOVERY_CODES[1]);
    // They are not shown again.
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("dialog", { name: "Recovery codes" }).hasAttribute("data-open")).toBe(true);
    await userEvent.click(recovery.getByRole("button", { name: "Close" }));
    await userEvent.click(section().getByRole("button", { name: "Turn off" }));
    const removal = await dialog("Turn off two-step login?");
    await userEvent.type(removal.getByLabelText("Code"), "123456{Enter}");
    expect(await section().findByRole("button", { name: "Set up an authenticator app" })).toBeDefined();
    expect(codes).toEqual(["remove 123456"]);
  });
});

describe("passkeys", () => {
  const section = () => within(screen.getByRole("region", { name: "Passkeys" }));
  const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));

  it("are not there where the server has none", async () => {
    await open();
    expect(await screen.findByText("Send a link to confirm it")).toBeDefined();
    expect(screen.queryByRole("region", { name: "Passkeys" })).toBeNull();
  });

  it("are listed, renamed and removed", async () => {
    hasPasskeys = true;
    await open();
    await screen.findByText("Laptop");
    expect(section().getAllByText(/not used yet · synchronized/)).toHaveLength(2);
    await userEvent.click(section().getByRole("button", { name: "Rename “Phone”" }));
    const renaming = await dialog("Rename the passkey");
    await userEvent.clear(renaming.getByLabelText("Name"));
    await userEvent.type(renaming.getByLabelText("Name"), "{Enter}");
    expect(renaming.getByText("Enter a name")).toBeDefined();
    await userEvent.type(renaming.getByLabelText("Name"), "Tablet{Enter}");
    expect(await section().findByText("Tablet")).toBeDefined();
    await userEvent.click(section().getByRole("button", { name: "Remove “Laptop”" }));
    await userEvent.click((await dialog("Remove the passkey?")).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(section().queryByText("Laptop")).toBeNull());
    expect(section().getByText("Tablet")).toBeDefined();
  });

  it("say that the browser does not support them", async () => {
    hasPasskeys = true;
    await open();
    expect(await screen.findByText(/This browser does not support passkeys/)).toBeDefined();
    expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
  });
});

describe("a login in which the user authenticated long ago", () => {
  const dialog = () => screen.findByRole("dialog", { name: "Confirm that it is you" });

  it("changes the email after the password was entered", async () => {
    neededPassword = "secret-1";
    await open();
    const email = screen.getByLabelText("Email");
    await userEvent.clear(email);
    await userEvent.type(email, "ann@example.org{Enter}");
    const password = await within(await dialog()).findByLabelText("Password");
    await userEvent.type(password, "wrong-1{Enter}");
    expect((await within(await dialog()).findByRole("alert")).textContent).toContain(
      "The password is wrong.",
    );
    await userEvent.clear(password);
    await userEvent.type(password, "secret-1{Enter}");
    expect(await screen.findByText("Saved")).toBeDefined();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("exports and deletes the account after that", async () => {
    neededPassword = "secret-1";
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await userEvent.type(await within(await dialog()).findByLabelText("Password"), "secret-1{Enter}");
    expect(await screen.findByText("Downloaded 3 entries.")).toBeDefined();

    neededPassword = "secret-2";
    await userEvent.click(screen.getByRole("button", { name: "Delete account…" }));
    await userEvent.type(
      await screen.findByLabelText("To confirm, enter ann@example.com"),
      "ann@example.com{Enter}",
    );
    await userEvent.type(await within(await dialog()).findByLabelText("Password"), "secret-2{Enter}");
    await waitFor(() => expect(session.snapshot().userId).toBeNull());
    expect(deletions).toHaveLength(1);
  });

  it("is confirmed with a code where the account has no password", async () => {
    neededPassword = "none";
    factors = { password: false, totp: true, passkeys: false, recovery_codes: 1 };
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await userEvent.type(await within(await dialog()).findByLabelText("Code"), "123456{Enter}");
    expect(await screen.findByText("Downloaded 3 entries.")).toBeDefined();
    expect(codes).toEqual(["reauthenticate 123456"]);
  });

  it("is confirmed with a provider where the account has neither", async () => {
    neededPassword = "none";
    factors = { password: false, totp: false, passkeys: false, recovery_codes: 0 };
    identities = [identity("first", "First ID")];
    const requests: unknown[] = [];
    server.use(
      http.post(`${API_URL}/user/reauthenticate/oidc/start`, async ({ request }) => {
        requests.push(await request.json());
        return HttpResponse.json(
          { error: { code: "oidc_unavailable", message: "no", request_id: "r" } },
          { status: 502 },
        );
      }),
    );
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await userEvent.click(
      await within(await dialog()).findByRole("button", { name: "Confirm with First ID" }),
    );
    expect((await within(await dialog()).findByRole("alert")).textContent).toContain("cannot be reached");
    expect(requests).toEqual([{ provider: "first" }]);
  });

  it("changes nothing when the dialog is closed", async () => {
    neededPassword = "secret-1";
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await userEvent.click(within(await dialog()).getByRole("button", { name: "Cancel" }));
    expect((await screen.findByRole("alert")).textContent).toContain(
      "Confirm that it is you, then try again.",
    );
    expect(downloads).toEqual([]);
  });
});

describe("sign-ins with other providers", () => {
  const section = () => screen.findByRole("region", { name: "Sign-in with other accounts" });

  it("are listed, with the providers that can be connected", async () => {
    identities = [identity("first", "First ID")];
    await open();
    const signIns = within(await section());
    expect(signIns.getByText("ann@first.example")).toBeDefined();
    expect(await signIns.findByRole("button", { name: "Connect Second ID" })).toBeDefined();
    expect(signIns.queryByRole("button", { name: "Connect First ID" })).toBeNull();
  });

  it("are removed after a confirmation, but not the last one without a password", async () => {
    identities = [identity("first", "First ID"), identity("second", "Second ID")];
    await open();
    const remove = async (name: string) => {
      await userEvent.click(within(await section()).getByRole("button", { name: `Remove: ${name}` }));
      await userEvent.click(
        within(await screen.findByRole("dialog")).getByRole("button", { name: "Remove" }),
      );
    };
    await remove("First ID");
    await waitFor(async () => expect(within(await section()).queryByText("ann@first.example")).toBeNull());
    await remove("Second ID");
    expect((await within(await section()).findByRole("alert")).textContent).toContain("only way to log in");
  });
});
