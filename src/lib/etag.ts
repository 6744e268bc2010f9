/** Whether an If-None-Match header contains the ETag, by the weak comparison of RFC 9110, 13.1.2. */
export function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === etag);
}
