import { describe, expect, it } from "vitest";
import { currencyName, moneyFormat } from "./money";

describe("amounts of money", () => {
  it("have the currency's sign and digits", () => {
    expect(moneyFormat("en", "USD").format(15.5)).toBe("$15.50");
    expect(moneyFormat("en", "USD", 4).format(0.00012)).toBe("$0.0001");
    expect(moneyFormat("en", "JPY").format(1500)).toBe("¥1,500");
    expect(moneyFormat("zh-CN", "CNY").format(15.5)).toBe("¥15.50");
  });

  it("are plain numbers while the currency is not known", () => {
    expect(moneyFormat("en", undefined).format(15.5)).toBe("15.50");
  });

  it("have a currency with a name, unless nobody knows it", () => {
    expect(currencyName("en", "EUR")).toBe("EUR – Euro");
    expect(currencyName("en", "ZZZ")).toBe("ZZZ");
  });
});
