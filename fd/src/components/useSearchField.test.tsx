import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useSearchField } from "./useSearchField";

let queries: string[];

function Search() {
  const { query, field } = useSearchField();
  if (queries.at(-1) !== query) queries.push(query);
  return <input {...field} />;
}

function type(value: string): void {
  fireEvent.change(screen.getByRole("textbox"), { target: { value } });
}

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
  queries = [];
  render(<Search />);
});
afterEach(() => vi.useRealTimers());

describe("a search field", () => {
  it("searches when the user pauses", () => {
    for (const value of ["t", "te", "tea "]) {
      type(value);
      pass(100);
    }
    expect(queries).toEqual([""]);
    pass(100);
    expect(queries).toEqual(["", "tea"]);
  });

  it("does not search the letters of a composition", () => {
    const field = screen.getByRole("textbox");
    fireEvent.compositionStart(field);
    type("cha");
    pass(1000);
    type("茶");
    fireEvent.compositionEnd(field);
    pass(200);
    expect(queries).toEqual(["", "茶"]);
  });

  it("searches the beginning of a text that is longer than the backend takes", () => {
    const start = `${"🌱".repeat(150)} ${"a".repeat(48)}`;
    type(`  ${start} 🌱🌱`);
    pass(200);
    expect(queries.at(-1)).toBe(start);
    type("🌱".repeat(300));
    pass(200);
    expect(queries.at(-1)).toBe("🌱".repeat(200));
  });
});
