import { ConfigError } from '../config/config.ts';
import { tlsProblemOf } from '../lib/postgres-url.ts';
import { escapingHint, parseServerUrl } from '../lib/server-url.ts';
import { readOptions } from './command-line.ts';
import { missingSentence, type Refusal, refusal } from './refusal.ts';
import { copyUsage } from './usage.ts';

/** Reads the arguments of `reelgate copy`, or refuses them. Throws a ConfigError for a URL that cannot be read. */
export function readCopyUrls(args: readonly string[]): { readonly from: string; readonly to: string } | Refusal {
  const url = { type: 'string' } as const;
  const given = readOptions({ args: [...args], options: { from: url, to: url } });
  if ('problem' in given) return refusal(`${given.problem}.`, copyUsage);
  const { from = '', to = '' } = given.values;
  if (from === '' || to === '') return refusal(missingSentence({ '--from': from, '--to': to }), copyUsage);
  if (!/^file:/i.test(from)) return refusal(`--from is file:PATH, not ${kindOf(from)}.`, copyUsage);
  if (!/^postgres(ql)?:/i.test(to)) return refusal(`--to is postgres://…, not ${kindOf(to)}.`, copyUsage);
  const server = parseServerUrl(to);
  if (server === null) {
    throw new ConfigError(`--to cannot be read as postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${escapingHint}`);
  }
  const problem = tlsProblemOf(server.href);
  if (problem !== null) throw new ConfigError(`--to ${problem}`);
  return { from, to: server.href };
}

/** What a URL begins with, such as `mysql:`: the rest may hold a password. */
function kindOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'a value without it';
}
