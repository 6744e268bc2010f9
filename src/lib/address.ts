/** Whether a path is the API's, with or without a slash at its end. */
export function isApiPath(path: string): boolean {
  return path === '/graphql' || path === '/graphql/';
}

/** The path of a request's target, without its query. Also accepts a whole URL, which clients of a proxy send. */
export function pathOf(target: string | undefined): string {
  const [path = ''] = (target ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path === '' ? '/' : path;
}

/** Whether a host name or address (brackets allowed) is loopback: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** The host to connect to for a bound address: one that means all interfaces is reached at loopback. */
export function reachableHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** A host as it is written in a URL: an IPv6 address gets brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
