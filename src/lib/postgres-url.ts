/** How a connection to PostgreSQL is protected, by the value of `sslmode` in its URL, and the value that the driver takes for it. */
const modes: ReadonlyMap<string, string> = new Map([
  ['disable', 'disable'],
  // Encrypted, from anyone.
  ['no-verify', 'no-verify'],
  // Encrypted, from a server whose certificate is valid for its host. An attacker could stand in for any other.
  ['verify-full', 'verify-full'],
  ['require', 'verify-full'],
  ['verify-ca', 'verify-full'],
  ['prefer', 'verify-full'],
]);

/** What is wrong with the TLS settings of a PostgreSQL URL, as the end of a sentence about it; null if nothing is. */
export function tlsProblemOf(href: string): string | null {
  const { mode } = partsOf(href);
  if (mode === null || modes.has(mode)) return null;
  return 'must have an sslmode of disable, require, verify-full or no-verify, or none.';
}

/** The URL with TLS settings as the driver takes them without a warning: it would warn of `require`, and read a file named `system`. */
export function driverUrlOf(href: string): string {
  const { mode, rootFile, head, parameters } = partsOf(href);
  if (rootFile === 'system') parameters.delete('sslrootcert');
  const known = mode === null ? (rootFile === null ? undefined : 'verify-full') : modes.get(mode);
  if (known === undefined) return href;
  parameters.set('sslmode', known);
  return `${head}?${parameters.toString()}`;
}

// The URL of a Unix socket has no host, so the URL class cannot parse all of them.
function partsOf(href: string) {
  const [head = '', query = ''] = href.split('?');
  const parameters = new URLSearchParams(query);
  return { head, parameters, mode: parameters.get('sslmode'), rootFile: parameters.get('sslrootcert') };
}
