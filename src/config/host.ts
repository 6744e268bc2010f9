import { mayShow, type Settings } from './env.ts';

/** Reads HOST: an address or a name. Other sentences and the log show it, so anything else, such as a URL with a password, is refused. */
export function readHost({ text, refuse }: Settings): string {
  const byDefault = '127.0.0.1';
  const host = text('HOST') ?? byDefault;
  if (/^[\p{L}\p{N}._:%[\]-]+$/u.test(host) && mayShow(host)) return host;
  refuse('HOST', `must be an address or a host name, such as ${byDefault} or 0.0.0.0.`);
  return byDefault;
}
