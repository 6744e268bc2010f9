import { BlobError, type BlobErrorKind } from '../ports/video.ts';

const kinds: Readonly<Record<string, BlobErrorKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'refused',
  EPERM: 'refused',
  EROFS: 'refused',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
};

const reasons: Readonly<Record<BlobErrorKind, string>> = {
  full: 'the disk is full',
  refused: 'the rights are missing',
  missing: 'the folder is missing',
  unavailable: 'the disk has a fault',
};

/** The BlobError of a file operation that failed. `what`: the begin of the sentence, such as `The video cannot be stored in /data`. */
export function diskErrorOf(error: unknown, what: string): BlobError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const kind = kinds[code] ?? 'unavailable';
  return new BlobError(kind, `${what}: ${reasons[kind]}${code === '' ? '' : ` (${code})`}.`, { cause: error });
}

/** Whether a file operation failed because there is no such file. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
