/** An error that PostgreSQL returned for a statement. `code` is its SQLSTATE: `'23505'`. */
export type Refusal = Error & { readonly code: string };

/** Serialization failure, deadlock and unique violation: conflicts of two transactions, of which one succeeds when tried again. */
const transientCodes: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);

/** Whether PostgreSQL itself returned an error for a statement. Its connection still works. */
export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code) &&
    'severity' in error &&
    error.severity === 'ERROR'
  );
}

/** Whether a transaction that failed with an error may be tried again. */
export function isTransient(error: unknown): boolean {
  return isRefusal(error) && transientCodes.has(error.code);
}

/** The driver's error, without the parameters and rows that drizzle and PostgreSQL add: they contain prompts. */
export function faultOf(error: unknown): unknown {
  const fault = error instanceof Error && error.cause instanceof Error && 'query' in error ? error.cause : error;
  if (fault instanceof Error && 'detail' in fault) fault.detail = undefined;
  return fault;
}
