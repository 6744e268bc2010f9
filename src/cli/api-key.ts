import { keyNameOf, readKeyName } from '../credential/api-key.ts';
import { type ApiKey, allScopes, longestLabel, type Scope, scopesAmong } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';
import type { ApiKeyRequest, Keyring } from '../gateway/credentials.ts';
import { readOptions, shown } from './command-line.ts';
import { doneOutcome, type Outcome, printable, refusedOutcome, timeOf } from './outcome.ts';

/** A parsed `reelgate key` command. */
export type KeyCommand =
  | { readonly kind: 'create'; readonly environment: Environment; readonly request: ApiKeyRequest }
  | { readonly kind: 'list'; readonly environments: readonly Environment[]; readonly userId: string | null }
  | { readonly kind: 'revoke'; readonly key: Pick<ApiKey, 'environment' | 'id'> };

/** The text to print if the arguments are no command. */
type Usage = { readonly usage: string };

/** The usage of `reelgate key`. */
export const keyUsage = `Usage: reelgate key <command>; works while a gateway is running, and also without one

  create --user ID --env test|live [--scopes LIST] [--days N] [--label TEXT]
            create a key and print it: it cannot be shown again. LIST names some of ${allScopes.join(', ')}, comma separated
            (default: all but admin); after N days it expires (default: never); TEXT says what it is for, in 1 to ${longestLabel}
            characters. Standard output has the key alone
  list [--user ID] [--env test|live]
            list the keys, newest first
  revoke NAME
            revoke a key for good; NAME is the beginning of the key, as list shows it

  --json    print one JSON object
`;

const environments = { test: 'TEST', live: 'LIVE' } as const;

const dayMs = 24 * 60 * 60_000;

/** Parses the arguments of `reelgate key`. `now` is epoch milliseconds. */
export function readKeyCommand(args: readonly string[], now: number): KeyCommand | Usage {
  const text = { type: 'string' } as const;
  const options = { user: text, env: text, scopes: text, days: text, label: text } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refused(`${given.problem}.\n\n${keyUsage}`);
  const { positionals, values } = given;
  const [command, name, ...rest] = positionals;
  const environment = environmentOf(values.env);
  if (rest.length > 0 || environment === undefined) return refused(keyUsage);
  if (command === 'create' && name === undefined) return creating(values, environment, now);
  if (command === 'list' && name === undefined) {
    const where = environment === null ? (['LIVE', 'TEST'] as const) : [environment];
    return { kind: 'list', environments: where, userId: values.user ?? null };
  }
  if (command !== 'revoke' || name === undefined) return refused(keyUsage);
  const key = readKeyName(name.slice(0, 40));
  return key === null ? refused(`${shown(name)} is not the name of a key: reelgate key list shows the names.\n`) : { kind: 'revoke', key };
}

type Values = { readonly [Name in 'user' | 'env' | 'scopes' | 'days' | 'label']?: string | undefined };

function creating(
  { user, scopes, days, label }: Values,
  environment: Environment | null,
  now: number,
): KeyCommand | Usage {
  if (user === undefined || environment === null) return refused(keyUsage);
  const wanted = scopes === undefined ? null : readScopes(scopes);
  if (scopes !== undefined && wanted === null) return refused(`--scopes lists some of ${allScopes.join(', ')}.\n`);
  if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days)) return refused('--days is a whole number from 1 to 99999.\n');
  const expiresAt = days === undefined ? null : now + Number(days) * dayMs;
  return { kind: 'create', environment, request: { userId: user, scopes: wanted, expiresAt, label: label ?? null } };
}

function refused(sentence: string): Usage {
  return { usage: sentence };
}

/** Null if the option is absent, undefined if its value is not an environment. */
function environmentOf(word: string | undefined): Environment | null | undefined {
  if (word === undefined) return null;
  return word === 'test' || word === 'live' ? environments[word] : undefined;
}

function readScopes(list: string): readonly Scope[] | null {
  const words = list.split(',').map((word) => word.trim());
  const scopes = scopesAmong(words);
  return words.length > 0 && scopes.length === new Set(words).size ? scopes : null;
}

/** Runs a command. */
export async function runKeyCommand(command: KeyCommand, keyring: Keyring): Promise<Outcome> {
  switch (command.kind) {
    case 'create': {
      const created = await keyring.createApiKey(command, command.request);
      if ('kind' in created) return refusedOutcome(created);
      const note = 'Copy it now: it cannot be shown again, since only its SHA-256 is stored.';
      const { apiKey, secret } = created;
      return { ...doneOutcome(secret, { secret, key: jsonOf(apiKey) }), note: `\n${lineOf(apiKey)}\n${note}` };
    }
    case 'list': {
      const lists = await Promise.all(command.environments.map((environment) => listed(keyring, environment, command)));
      const text = lists.flatMap(({ lines }) => lines).join('\n') || 'There are no keys.';
      const keys = lists.flatMap((list) => list.keys.map(jsonOf));
      return doneOutcome(text, { keys, isComplete: lists.every(({ isComplete }) => isComplete) });
    }
    case 'revoke': {
      const revoked = await keyring.revokeApiKey(command.key, command.key.id);
      if ('kind' in revoked) return refusedOutcome(revoked);
      return doneOutcome(lineOf(revoked), { key: jsonOf(revoked) });
    }
  }
}

/** How many keys of an environment are listed: nobody reads more. */
const mostListed = 1000;

async function listed(
  keyring: Keyring,
  environment: Environment,
  { userId }: { readonly userId: string | null },
): Promise<{ readonly lines: readonly string[]; readonly keys: readonly ApiKey[]; readonly isComplete: boolean }> {
  const page = { count: { from: 'start', limit: mostListed }, after: null, before: null } as const;
  const { items, hasNext } = await keyring.apiKeys({ environment }, userId, page);
  const more = hasNext ? [`… and more than ${mostListed} keys of ${environment}`] : [];
  return { lines: [...items.map(lineOf), ...more], keys: items, isComplete: !hasNext };
}

function lineOf(key: ApiKey): string {
  const { owner, scopes, label, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  const cells = [
    keyNameOf(key),
    `user ${printable(owner)}`,
    scopes.join(' '),
    `made ${timeOf(createdAt)}`,
    lastUsedAt === null ? 'never used' : `last used ${timeOf(lastUsedAt)}`,
    ...(expiresAt === null ? [] : [`expires ${timeOf(expiresAt)}`]),
    ...(label === null ? [] : [`"${printable(label)}"`]),
    ...(revokedAt === null ? [] : [`REVOKED ${timeOf(revokedAt)}`]),
  ];
  return cells.join('  ');
}

/** A key as the API names its fields. */
function jsonOf(key: ApiKey) {
  const { owner: userId, environment, scopes, label, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  return {
    name: keyNameOf(key),
    userId,
    environment,
    scopes,
    label,
    createdAt: timeOf(createdAt),
    expiresAt: timeOf(expiresAt),
    revokedAt: timeOf(revokedAt),
    lastUsedAt: timeOf(lastUsedAt),
  };
}
