import { BlobError, type BlobErrorKind } from '../../ports/video.ts';
import { textOf } from './s3-listing.ts';

/** What the service's own error codes mean; where a code is unknown, the status decides. */
const codes: Readonly<Record<string, { readonly kind: BlobErrorKind; readonly hint: string }>> = {
  InvalidAccessKeyId: { kind: 'refused', hint: 'it does not know S3_ACCESS_KEY_ID' },
  SignatureDoesNotMatch: { kind: 'refused', hint: 'S3_SECRET_ACCESS_KEY does not belong to S3_ACCESS_KEY_ID' },
  AccessDenied: { kind: 'refused', hint: 'the keys lack rights: they need to list, read, write and delete' },
  AllAccessDisabled: { kind: 'refused', hint: 'the account is disabled' },
  AuthorizationHeaderMalformed: { kind: 'refused', hint: 'S3_REGION is not the region of the bucket' },
  PermanentRedirect: { kind: 'refused', hint: 'the bucket is at another endpoint: check S3_ENDPOINT and S3_REGION' },
  RequestTimeTooSkewed: { kind: 'refused', hint: 'the clock of this machine is wrong' },
  NoSuchBucket: { kind: 'missing', hint: 'there is no such bucket' },
  QuotaExceeded: { kind: 'full', hint: 'its quota is used up' },
  XMinioStorageFull: { kind: 'full', hint: 'its disks are full' },
  SlowDown: { kind: 'unavailable', hint: 'it asks for fewer requests' },
};

/** The error of a response of the service. Only its code is read: the rest may hold the key and what was signed. */
export function responseErrorOf(
  status: number,
  body: string,
  { host, bucket }: { readonly host: string; readonly bucket: string },
): BlobError {
  const word = /^\w{1,64}$/.exec(textOf(body, 'Code') ?? '')?.[0];
  const { kind, hint } = (word === undefined ? undefined : codes[word]) ?? byStatus(status);
  const code = word === undefined ? String(status) : `${status}, ${word}`;
  return new BlobError(kind, `The store of videos at ${host}, bucket ${bucket}, refused a request: ${hint} (${code}).`);
}

function byStatus(status: number): { readonly kind: BlobErrorKind; readonly hint: string } {
  if (status === 507) return { kind: 'full', hint: 'it is full' };
  if (status === 401 || status === 403) return { kind: 'refused', hint: 'it does not accept the keys' };
  if (status >= 300 && status < 400) return { kind: 'refused', hint: 'the bucket is at another endpoint' };
  if (status >= 500 || status === 429) return { kind: 'unavailable', hint: 'it has a fault of its own' };
  return { kind: 'refused', hint: 'it does not take such requests' };
}
