/** Whether a path is the API's: clients are told of it with and without a slash at its end. */
export function isApiPath(path: string): boolean {
  return path === '/graphql' || path === '/graphql/';
}

/** The path of a request's target, without its query; clients of a proxy send the whole URL. */
export function pathOf(target: string | undefined): string {
  const [path = ''] = (target ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path === '' ? '/' : path;
}

/** Whether a host name or address (brackets allowed) is this machine's own: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** An address that means every interface is reached at loopback. */
export function reachableHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** A host as a URL spells it: an IPv6 address in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
