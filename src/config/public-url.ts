import type { Settings } from './env.ts';

/** What the gateway's own paths begin with: a PUBLIC_URL whose path began so could not be told from them. */
const ownPaths = new Set(
  'graphql graphiql assets docs jobs credits admin videos sandbox healthz readyz schema.graphql'.split(' '),
);

/** Reads PUBLIC_URL, without a slash at its end; null if it is unset or wrong. */
export function readPublicUrl({ url, refuse }: Settings): string | null {
  const publicUrl = url('PUBLIC_URL');
  if (publicUrl === null) return null;
  const [, first = ''] = publicUrl.pathname.split('/');
  if (ownPaths.has(first))
    refuse('PUBLIC_URL', `must not have a path that begins with /${first}, as the gateway’s own do: choose another.`);
  if (/\/\/|%/.test(publicUrl.pathname.replace(/\/+$/, '')))
    refuse('PUBLIC_URL', 'must have a plain path, such as https://example.com/reelgate, without // and %.');
  return publicUrl.href.replace(/\/+$/, '');
}
