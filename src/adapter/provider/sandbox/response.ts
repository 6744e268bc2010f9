/** An HTTP response as data; only `sandbox.ts` writes it to the socket. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** A response with `value` as its JSON body. */
export function jsonResponse(status: number, value: object, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The provider's usual error: one sentence, no code. */
export function errorResponse(status: number, error: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return jsonResponse(status, { error }, headers);
}

/** The provider's error for a key (401) or its permissions (403), which has more fields than its others. */
export function authErrorResponse(status: 401 | 403, error: string, description: string): HttpResponse {
  return jsonResponse(status, { error, error_description: description, status_code: status });
}

/** An HTML page such as proxies in front of the provider send. */
export function htmlResponse(status: number, title: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  const page = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: page };
}

/** The provider's response to a request id that is unknown or deleted. */
export function unknownRequestResponse(requestId: string): HttpResponse {
  return errorResponse(404, `Request ${requestId} not found`);
}
