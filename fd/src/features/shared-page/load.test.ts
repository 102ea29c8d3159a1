import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newShareKey, seal } from "@/api/sealed-document";
import { shareObjectUrl } from "@/api/shared-links";
import { loadShare, ShareUnavailable } from "./load";

const TIME = "2026-01-02T03:04:05.000Z";
const IMAGE = `${"0a".repeat(16)}.png`;
const DOCUMENT = {
  format: 1,
  title: "Birds",
  shared_at: TIME,
  expires_at: null,
  messages: [{ role: "user", content: [{ type: "text", text: "Which bird?" }], created_at: TIME }],
};
const PICTURE = "data:image/png;base64,AAAA";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const stored = (respond: () => Response) => server.use(http.get(shareObjectUrl("share"), respond));

const load = (key: string | null = null) => loadShare("share", key, new AbortController().signal);

const problemOf = (key: string | null = null) =>
  load(key).then(
    () => "none",
    (error: unknown) => (error instanceof ShareUnavailable ? error.problem : error),
  );

describe("a share", () => {
  it("is loaded from the site, with the addresses of its images", async () => {
    stored(() => HttpResponse.json(DOCUMENT));
    const share = await load();
    expect(share.document.title).toBe("Birds");
    expect(share.imageUrl(IMAGE)).toBe(new URL(`shares/share/${IMAGE}`, document.baseURI).href);
  });

  it("that is sealed is opened with its key, and has its images inside", async () => {
    const key = newShareKey();
    const sealed = await seal(
      JSON.stringify({ document: DOCUMENT, images: { [IMAGE]: PICTURE } }),
      key,
      "share",
    );
    stored(() => HttpResponse.json({ sealed: 1, ...sealed }));
    const share = await load(key);
    expect(share.document.title).toBe("Birds");
    expect(share.imageUrl(IMAGE)).toBe(PICTURE);
    expect(share.imageUrl("other.png")).toBe("");
    expect(await problemOf()).toBe("locked");
    expect(await problemOf(newShareKey())).toBe("locked");
  });

  it("that was sealed with something else inside is damaged", async () => {
    const key = newShareKey();
    for (const content of ["[", "1", "{}", JSON.stringify({ document: DOCUMENT, images: { x: "y" } })]) {
      const sealed = await seal(content, key, "share");
      stored(() => HttpResponse.json({ sealed: 1, ...sealed }));
      expect(await problemOf(key)).toBe("damaged");
    }
  });

  it.each([
    ["gone", "is missing", () => new HttpResponse(null, { status: 404 })],
    ["gone", "is the page of the site", () => HttpResponse.html("<!doctype html>")],
    ["offline", "cannot be loaded", () => new HttpResponse(null, { status: 500 })],
    ["offline", "cannot be reached", () => HttpResponse.error()],
    ["damaged", "is no JSON", () => HttpResponse.text("<script>alert(1)</script>")],
    ["damaged", "is another JSON", () => HttpResponse.json({ ...DOCUMENT, messages: "x" })],
    ["damaged", "is nested without an end", () => HttpResponse.text("[".repeat(1_000_000))],
    ["damaged", "has many megabytes", () => HttpResponse.text(JSON.stringify("x".repeat(18 * 1024 * 1024)))],
    ["expired", "has expired", () => HttpResponse.json({ ...DOCUMENT, expires_at: TIME })],
  ])("is %s when its object %s", async (problem, _, respond) => {
    stored(respond);
    expect(await problemOf()).toBe(problem);
  });
});
