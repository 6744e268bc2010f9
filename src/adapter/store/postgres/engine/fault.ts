/** What PostgreSQL says of a statement that it refused: an SQLSTATE of five characters. */
export type Refusal = Error & { readonly code: string };

/** Two transactions that could not both happen, two that waited for each other, and two that wanted the same key: one of them happens when it is tried again. */
const passing: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);

/** Whether an error is PostgreSQL's answer to a statement, so that its connection is still good. */
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

/** Whether a transaction that was refused may be tried again. */
export function isPassing(error: unknown): boolean {
  return isRefusal(error) && passing.has(error.code);
}

/** The driver's error, without what drizzle and PostgreSQL put into theirs: parameters and rows, which hold prompts. */
export function faultOf(error: unknown): unknown {
  const fault = error instanceof Error && error.cause instanceof Error && 'query' in error ? error.cause : error;
  if (fault instanceof Error && 'detail' in fault) fault.detail = undefined;
  return fault;
}
