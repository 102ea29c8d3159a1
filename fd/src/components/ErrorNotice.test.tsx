import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { errorFromMessage } from "@/api/provider-error";
import { chooseLanguage } from "@/i18n";
import { ErrorNotice } from "./ErrorNotice";

const NOW = Date.UTC(2026, 0, 1);

const limited = (retry_after: number) =>
  errorFromMessage(
    { code: "provider_rate_limited", message: "You have no credit left.", status: 429, retry_after },
    NOW,
  );

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(async () => {
  vi.useRealTimers();
  await chooseLanguage("en");
});

const advance = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));

describe("a model's error", () => {
  it("is a translated sentence, with the words of the model's server as a quotation and its HTTP status", async () => {
    await chooseLanguage("zh-CN");
    render(<ErrorNotice error={limited(20)} />);
    expect(screen.getByRole("alert").textContent).toContain("模型服务限制了请求频率");
    expect(screen.getByRole("blockquote").textContent).toBe("You have no credit left.");
    expect(screen.getByText("HTTP 429")).toBeDefined();
    expect(screen.getByRole("timer").textContent).toBe("20秒钟后可以重试");
  });

  it("counts down to when to try again", () => {
    render(<ErrorNotice error={limited(20)} />);
    expect(screen.getByRole("timer").textContent).toBe("Try again in 20 seconds");
    advance(5);
    expect(screen.getByRole("timer").textContent).toBe("Try again in 15 seconds");
    advance(15);
    expect(screen.getByRole("timer").textContent).toBe("You can try again now");
  });

  it.each([
    [600, "in 10 minutes"],
    [10_000, "in 3 hours"],
    [400_000, "in 5 days"],
  ])("gives a wait of %i s in a unit for people", (seconds, words) => {
    render(<ErrorNotice error={limited(seconds)} />);
    expect(screen.getByRole("timer").textContent).toContain(words);
  });

  it("does not mention a wait that was over before it was shown", () => {
    render(<ErrorNotice error={limited(0)} />);
    expect(screen.queryByRole("timer")).toBeNull();
    expect(screen.getByText("HTTP 429")).toBeDefined();
  });

  it("translates what the backend found out itself", () => {
    const message = "The server does not know this model. Check the model ID.";
    render(
      <ErrorNotice error={errorFromMessage({ code: "provider_bad_request", message, status: 404 }, NOW)} />,
    );
    expect(
      screen.getByText("The model’s server does not know this model. Check the model ID."),
    ).toBeDefined();
    expect(screen.queryByRole("blockquote")).toBeNull();
  });
});

it.each([
  ["the user causes", { status: 422, code: "validation_error" }],
  ["ends by itself", { status: 503, code: "unavailable" }],
])("an error that %s has no request id", (_, error) => {
  render(<ErrorNotice error={new ApiError({ ...error, requestId: "req-42" })} />);
  expect(screen.queryByText("req-42")).toBeNull();
});

it("an error of the backend has its request id, and no HTTP status", () => {
  render(<ErrorNotice error={new ApiError({ status: 500, code: "internal_error", requestId: "req-42" })} />);
  expect(screen.getByText("req-42")).toBeDefined();
  expect(screen.queryByText(/HTTP/)).toBeNull();
});
