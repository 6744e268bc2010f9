/** A key that nothing had before, such as `9f86d081884c7d659a2feaa0c55ad015`. `crypto.randomUUID` exists on secure pages only. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
