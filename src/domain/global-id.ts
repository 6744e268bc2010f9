/** The text of an id or cursor that clients return unread: the base64url of its type's or list's name and the value. */
export function opaqueTextOf(name: string, value: string | number): string {
  return Buffer.from(`${name}:${value}`).toString('base64url');
}

/** The id of a job as the API shows it, for logs: `jobIdOf('018f6d0e-…')` is `Sm9iOjAxOGY2ZDBlL…`. */
export function jobIdOf(key: string): string {
  return opaqueTextOf('Job', key);
}
