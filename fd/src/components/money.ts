// Formats of amounts of money.

/** A format of amounts of `currency` (ISO 4217), with `digits` fraction digits at most; plain numbers before it is known. */
export function moneyFormat(language: string, currency: string | undefined, digits = 2): Intl.NumberFormat {
  return new Intl.NumberFormat(language, {
    ...(currency ? { style: "currency", currency } : { minimumFractionDigits: Math.min(2, digits) }),
    maximumFractionDigits: digits,
  });
}

/** The code and name of a currency, such as "EUR – Euro". */
export function currencyName(language: string, currency: string): string {
  const name = new Intl.DisplayNames(language, { type: "currency", fallback: "none" }).of(currency);
  return name ? `${currency} – ${name}` : currency;
}
