import contentDisposition from 'content-disposition';

/** The value of a Content-Disposition header (RFC 6266): browsers save the file under a name, old ones under its ASCII form. */
export function attachmentOf(fileName: string): string {
  return contentDisposition(fileName);
}
