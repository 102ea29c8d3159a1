import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Dialog } from "./Dialog";

function open(keepOpen = false) {
  const onClose = vi.fn();
  render(
    <Dialog open keepOpen={keepOpen} onClose={onClose} title="Project">
      <label>
        Pinned <input type="checkbox" />
      </label>
      <label>
        Search <input type="search" />
      </label>
      <label>
        Instructions <textarea />
      </label>
    </Dialog>,
  );
  return onClose;
}

async function pressBeside(): Promise<void> {
  const { parentElement } = screen.getByRole("dialog");
  if (!parentElement) throw new Error("there is nothing beside the dialog");
  await userEvent.click(parentElement);
}

it("is closed by a press beside it, unless text was typed in it", async () => {
  const onClose = open();
  await userEvent.click(screen.getByLabelText("Pinned"));
  await userEvent.type(screen.getByLabelText("Search"), "metric");
  await pressBeside();
  expect(onClose).toHaveBeenCalledOnce();
  await userEvent.type(screen.getByLabelText("Instructions"), "Use metric units.");
  await pressBeside();
  expect(onClose).toHaveBeenCalledOnce();
  await userEvent.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledTimes(2);
});

it("is closed only by its buttons where what it shows is not shown again", async () => {
  const onClose = open(true);
  await pressBeside();
  await userEvent.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(onClose).toHaveBeenCalledOnce();
});
