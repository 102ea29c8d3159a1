import { afterEach, describe, expect, it, vi } from "vitest";

async function addressesOf(page: string): Promise<{ api: string; webSocket: string | null }> {
  document.head.innerHTML = page;
  vi.resetModules();
  const { API_URL, WEBSOCKET_URL } = await import("./client");
  return { api: API_URL, webSocket: WEBSOCKET_URL };
}

describe("the addresses of the backend", () => {
  afterEach(() => {
    document.head.innerHTML = "";
  });

  it("are those of the deployed page", async () => {
    const page = `<meta name="api-url" content="https://api.example.com/prod">
      <meta name="websocket-url" content="wss://live.example.com/prod">`;
    expect(await addressesOf(page)).toEqual({
      api: "https://api.example.com/prod",
      webSocket: "wss://live.example.com/prod",
    });
  });

  it("can lack a WebSocket gateway", async () => {
    const page = `<meta name="api-url" content="https://api.example.com"><meta name="websocket-url" content="">`;
    expect((await addressesOf(page)).webSocket).toBeNull();
  });

  it("default to the page's origin", async () => {
    expect(await addressesOf("")).toEqual({
      api: "http://localhost:5173/api",
      webSocket: "ws://localhost:5173/api/ws",
    });
  });
});
