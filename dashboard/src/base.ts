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
