/** What an HTTP request is answered with, as data: one place writes it to the wire. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** An answer whose body is `value` as JSON. */
export function jsonResponse(status: number, value: object, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The provider's usual refusal: one sentence, no code. */
export function errorResponse(status: number, error: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return jsonResponse(status, { error }, headers);
}

/** The provider's refusal of a key (401) or of what it may do (403), which says more than its others. */
export function authErrorResponse(status: 401 | 403, error: string, description: string): HttpResponse {
  return jsonResponse(status, { error, error_description: description, status_code: status });
}

/** A page as proxies in front of the provider send them. */
export function htmlResponse(status: number, title: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  const page = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: page };
}

/** The provider's answer to a request id that it does not know, or no longer. */
export function unknownRequestResponse(requestId: string): HttpResponse {
  return errorResponse(404, `Request ${requestId} not found`);
}
