/** Rounds a number to so many decimals, so that nobody is shown 13.99559689029845 or 0.30000000000000004. */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

/** How many decimals of the provider's credits are kept: a millionth is worth nothing. */
export const creditDecimals = 6;
