import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { BudgetLeft } from "./BudgetLeft";

const RESETS_AT = "2026-12-01T00:00:00Z";

describe("the budget that is left", () => {
  it("shows how much is left", () => {
    render(
      <BudgetLeft budget={{ period: "month", limit: 20, used: 4.5, resets_at: RESETS_AT }} currency="EUR" />,
    );
    expect(screen.getByRole("heading", { name: "Budget of this month" })).toBeTruthy();
    expect(screen.getByText(/€15\.50 of €20\.00 left/)).toBeTruthy();
  });

  it("says what to do when it is used up", () => {
    render(
      <BudgetLeft budget={{ period: "day", limit: 1, used: 1.2, resets_at: RESETS_AT }} currency="EUR" />,
    );
    expect(screen.getByText(/Used up\. Use a model of your own, or wait until/)).toBeTruthy();
  });
});
