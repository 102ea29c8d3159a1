// Prices per million tokens.
import type { TextKey } from "@/i18n";

export const PRICES = [
  ["input", "admin.priceInput"],
  ["cached_input", "admin.priceCached"],
  ["output", "admin.priceOutput"],
] as const satisfies readonly (readonly [string, TextKey])[];

const MAX_PRICE = 1_000_000;

export function priceError(text: string): TextKey | undefined {
  const price = Number(text.trim() || Number.NaN);
  return price >= 0 && price <= MAX_PRICE ? undefined : "admin.priceInvalid";
}
