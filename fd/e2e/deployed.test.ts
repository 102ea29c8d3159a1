// The deployed page, with a stage's addresses and Content-Security-Policy.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectComplaints, openPage, stack } from "./browser";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const API = "https://api.example.com/prod";
const PUT_UP = `
import sys
from infra.site.page import Addresses, with_addresses
addresses = Addresses("${API}", "wss://live.example.com/prod", "https://images.example.com")
sys.stdout.write(with_addresses(sys.stdin.read(), addresses))
`;

async function deployedPage(): Promise<string> {
  const built = await (await fetch(stack().spaUrl)).text();
  const python = join(repository, ".venv/bin/python");
  return execFileSync(python, ["-c", PUT_UP], { cwd: repository, input: built, encoding: "utf8" });
}

describe("a deployed page", () => {
  it("connects only to the addresses of its stage", async () => {
    const page = await openPage();
    const body = await deployedPage();
    await page.route("/", (route) => route.fulfill({ body, contentType: "text/html" }));
    const calls: string[] = [];
    await page.route("https://api.example.com/**", (route) => {
      calls.push(`${route.request().method()} ${route.request().url()}`);
      return route.fulfill({
        status: 401,
        headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" },
        json: { error: { code: "invalid_credentials", message: "Wrong.", request_id: "of-the-test" } },
      });
    });
    expectComplaints(/status of 401|elsewhere\.example\.com|Refused to connect/);

    await page.goto("/");
    await page.locator("input[type=email]").fill("somebody@example.com");
    await page.locator("input[type=password]").fill("correct-horse-1");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(calls).toContain(`POST ${API}/user/login`);

    const elsewhere = page.evaluate(() =>
      fetch("https://elsewhere.example.com/").then((answer) => answer.status),
    );
    await expect(elsewhere).rejects.toThrow("Failed to fetch");
  });
});
