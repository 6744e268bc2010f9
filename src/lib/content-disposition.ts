import contentDisposition from 'content-disposition';

/** The value of a Content-Disposition header (RFC 6266) that makes browsers save a file under a name. Old clients get an ASCII form of it. */
export function attachmentOf(fileName: string): string {
  return contentDisposition(fileName);
}
