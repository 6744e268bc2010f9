import { jobIdOf } from './global-id.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A job's UUID, from the id that the API shows or from the UUID itself; null for any other text. */
export function readJobId(text: string): string | null {
  const plain = text.toLowerCase();
  if (uuid.test(plain)) return plain;
  const key = Buffer.from(text, 'base64url').toString().slice('Job:'.length);
  return uuid.test(key) && jobIdOf(key) === text ? key : null;
}
