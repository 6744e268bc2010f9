/** What a client asks for, whichever transport it came by. */
export type Params = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
};

/** Some encoders begin with a byte order mark, which a reader of JSON may skip (RFC 8259, section 8.1). */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
