import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, renderHook, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { describe, expect, it, vi } from "vitest";
import type { ModelConfig } from "@/api/types";
import { ModelPicker } from "./ModelPicker";
import { useTakesImages } from "./queries";

const config = (id: string, fields: Partial<ModelConfig>): ModelConfig => ({
  id,
  name: id,
  base_url: "",
  model: id,
  api_key_hint: "",
  params: {},
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  ...fields,
});

describe("the menu of models", () => {
  function open(value: string | null) {
    const queryClient = new QueryClient();
    queryClient.setQueryData(
      ["model-configs"],
      [
        config("fast", { name: "Fast", model: "Fast", offered: true }),
        config("mine", { name: "Mine", model: "gpt-large", base_url: "https://api.openai.com/v1" }),
      ],
    );
    const onChange = vi.fn();
    render(
      <QueryClientProvider client={queryClient}>
        <MemoryRouter>
          <ModelPicker value={value} onChange={onChange} />
        </MemoryRouter>
      </QueryClientProvider>,
    );
    return onChange;
  }

  it("shows an offered model by its name alone, and one's own with its server", async () => {
    const onChange = open(null);
    await userEvent.click(screen.getByRole("button"));
    const choices = await screen.findAllByRole("menuitemradio");
    expect(choices.map(({ textContent }) => textContent)).toEqual([
      "Default model",
      "Fast",
      "Minegpt-large · OpenAI",
    ]);
    await userEvent.click(screen.getByText("Fast"));
    expect(onChange).toHaveBeenCalledWith("fast");
  });

  it.each([
    [null, "Default model"],
    ["fast", "Fast"],
    ["mine", "Mine gpt-large"],
  ])("has a button whose name contains that of the chosen model (%s)", (value, name) => {
    open(value);
    expect(screen.getByRole("button", { name: `Choose a model: ${name}` })).toBeDefined();
  });
});

describe("whether a model takes images", () => {
  it.each<[boolean, Partial<ModelConfig>]>([
    [true, {}],
    [false, { params: { image_delivery: "none" } }],
    [false, { learned: { image_delivery: "none" } }],
    [false, { params: { image_delivery: "auto" }, learned: { image_delivery: "none" } }],
    [true, { params: { image_delivery: "inline" }, learned: { image_delivery: "none" } }],
  ])("is %s with %o", (expected, fields) => {
    const queryClient = new QueryClient();
    queryClient.setQueryData(["model-configs"], [config("m", fields)]);
    const { result } = renderHook(() => [useTakesImages("m"), useTakesImages(null)], {
      wrapper: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
    });
    expect(result.current).toEqual([expected, true]);
  });
});
