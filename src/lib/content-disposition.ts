import contentDisposition from 'content-disposition';

/**
 * The value of a Content-Disposition header (RFC 6266) that makes browsers save a file under a name. It is ASCII: old clients get the name
 * with an underscore in place of each character that only RFC 8187 can write.
 */
export function attachmentOf(fileName: string): string {
  const fallback = fileName.replace(/[^\x20-\x7e]|["%\\/]/gu, '_');
  return contentDisposition(fileName, { fallback });
}
