/**
 * The path below which a proxy serves the gateway, such as `/reelgate`; '' at the root. The server writes it into the address of this
 * script, which is in `/assets` when it is built, and in `/src` during development.
 */
export const base = basePathOf(import.meta.url);

/** The base path in the address of a script: `/reelgate` for `https://example.com/reelgate/assets/index.js`. */
export function basePathOf(script: string): string {
  const { protocol, pathname } = new URL('..', script);
  return protocol.startsWith('http') ? pathname.replace(/\/$/, '') : '';
}

/** What all of this page's keys in the browser's storage begin with. Gateways below other paths of the origin share the storage. */
export function keyPrefixOf(path: string): string {
  return path === '' ? 'reelgate.' : `reelgate:${path}:`;
}

/** The key of an item in the browser's storage. */
export function storageKeyOf(name: string): string {
  return `${keyPrefixOf(base)}${name}`;
}
