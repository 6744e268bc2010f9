/**
 * The value of a Content-Disposition header (RFC 6266) that makes browsers save a file under a name. Old clients get the name with an
 * underscore in place of each character that only RFC 8187 can write.
 */
export function attachmentOf(fileName: string): string {
  const name = fileName.replace(/[\p{Cc}\p{Cs}/\\]/gu, '_');
  const plain = name.replace(/[^\x20-\x7e]|["%]/gu, '_');
  const extended = encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return plain === name
    ? `attachment; filename="${plain}"`
    : `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
