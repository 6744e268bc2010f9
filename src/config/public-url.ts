import { firstNameOf, isOwnPath } from '../lib/base-path.ts';
import type { Settings } from './env.ts';

/** Reads PUBLIC_URL, without a slash at its end; null if it is unset or wrong. */
export function readPublicUrl({ url, refuse }: Settings): string | null {
  const publicUrl = url('PUBLIC_URL');
  if (publicUrl === null) return null;
  const { pathname } = publicUrl;
  const first = `/${firstNameOf(pathname)}`;
  if (isOwnPath(pathname))
    refuse('PUBLIC_URL', `must not have a path that begins with ${first}, as the gateway’s own do: choose another.`);
  if (/\/\/|%/.test(pathname.replace(/\/+$/, '')))
    refuse('PUBLIC_URL', 'must have a plain path, such as https://example.com/reelgate, without // and %.');
  return publicUrl.href.replace(/\/+$/, '');
}
