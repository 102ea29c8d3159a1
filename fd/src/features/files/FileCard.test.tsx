import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { FileCard, type UploadedFile } from "./FileCard";

const SCAN: UploadedFile = {
  name: "scan.pdf",
  file: new Blob(["%PDF-"]),
  state: "failed",
  percent: 100,
  stored: { pages: 3, page_images: { count: 3, tokens: 3000 } },
  error: new ApiError({ status: 422, code: "file_empty_text" }),
};

describe("the card of a scan", () => {
  it("offers its pages as images, with the price", async () => {
    const onPages = vi.fn();
    render(<FileCard item={SCAN} onRemove={vi.fn()} onPages={onPages} />);
    await userEvent.click(
      screen.getByRole("button", { name: "Send its 3 pages as images, about 3,000 tokens" }),
    );
    expect(onPages).toHaveBeenCalledOnce();
  });

  it("offers nothing for a model that takes no images, and says why", () => {
    render(<FileCard item={SCAN} onRemove={vi.fn()} />);
    expect(screen.getByRole("alert").textContent).toContain("Choose a model that supports images");
    expect(screen.getAllByRole("button")).toHaveLength(1);
  });
});

it("shows a small size in bytes", () => {
  const item: UploadedFile = { ...SCAN, state: "ready", stored: { tokens: 2 }, error: null };
  render(<FileCard item={item} onRemove={vi.fn()} />);
  expect(screen.getByText(/^5 byte · about 2 tokens$/)).toBeDefined();
});
