/** The parameters of an operation, the same for every transport. */
export type Params = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
};

/** Removes the byte order mark that some encoders write; a JSON parser may skip it (RFC 8259, section 8.1). */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
