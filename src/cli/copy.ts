import { ConfigError } from '../config/config.ts';
import { escapingHint, parseServerUrl } from '../lib/server-url.ts';
import { readOptions } from './command-line.ts';
import { copyUsage } from './usage.ts';

/** Reads the arguments of `reelgate copy`, or returns a text that explains them. Throws a ConfigError for a URL that cannot be read. */
export function readCopyUrls(
  args: readonly string[],
): { readonly from: string; readonly to: string } | { readonly usage: string } {
  const url = { type: 'string' } as const;
  const given = readOptions({ args: [...args], options: { from: url, to: url } });
  if ('problem' in given) return { usage: `${given.problem}.\n\n${copyUsage}` };
  const { from, to } = given.values;
  if (from === undefined || to === undefined || !/^file:/i.test(from) || !/^postgres(ql)?:/i.test(to)) {
    return { usage: copyUsage };
  }
  const server = parseServerUrl(to);
  if (server === null) {
    throw new ConfigError(`--to cannot be read as postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${escapingHint}`);
  }
  return { from, to: server.href };
}
