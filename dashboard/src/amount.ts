const compactFrom = 1_000_000;

/** An amount of credits that fits a phone's header: exact below a million, then rounded down, such as `1.2M`. */
export function compactText(credits: number): string {
  if (credits < compactFrom) return credits.toLocaleString();
  const options = { notation: 'compact', maximumFractionDigits: 1, roundingMode: 'floor' } as const;
  return new Intl.NumberFormat(undefined, options).format(credits);
}
