import { keyNameOf, readKeyName } from '../credential/api-key.ts';
import { type ApiKey, allScopes, longestLabel, type Scope, scopesAmong } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';
import type { ApiKeyRequest, Keyring } from '../gateway/credentials.ts';
import { readOptions, shown } from './command-line.ts';
import { doneOutcome, type Outcome, printable, refusedOutcome, timeOf } from './outcome.ts';
import {
  choiceSentence,
  chosenOrBoth,
  extraSentence,
  missingEnvironment,
  missingSentence,
  type Refusal,
  readEnvironment,
  refusal,
} from './refusal.ts';

/** A parsed `reelgate key` command. */
export type KeyCommand =
  | { readonly kind: 'create'; readonly environment: Environment; readonly request: ApiKeyRequest }
  | { readonly kind: 'list'; readonly environments: readonly Environment[]; readonly userId: string | null }
  | { readonly kind: 'revoke'; readonly key: Pick<ApiKey, 'environment' | 'id'> };

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

const verbs = ['create', 'list', 'revoke'] as const;

const dayMs = 24 * 60 * 60_000;

/** Parses the arguments of `reelgate key`, or refuses them. `now` is epoch milliseconds. */
export function readKeyCommand(args: readonly string[], now: number): KeyCommand | Refusal {
  const text = { type: 'string' } as const;
  const options = { user: text, env: text, scopes: text, days: text, label: text } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, keyUsage);
  const { positionals, values } = given;
  const [word, ...words] = positionals;
  const verb = verbs.find((each) => each === word);
  if (verb === undefined) return refusal(choiceSentence('The command after reelgate key', word, verbs), keyUsage);
  const [extra] = words.slice(verb === 'revoke' ? 1 : 0);
  const takes = verb === 'revoke' ? 'reelgate key revoke takes one NAME' : `reelgate key ${verb} takes options alone`;
  if (extra !== undefined) return refusal(extraSentence(extra, args, takes), keyUsage);
  const read = readEnvironment(values.env);
  if ('problem' in read) return refusal(read.problem, keyUsage);
  if (verb === 'create') return creating(values, read.environment, now);
  if (verb === 'list')
    return { kind: 'list', environments: chosenOrBoth(read.environment), userId: values.user ?? null };
  const [name] = words;
  if (name === undefined) return refusal('NAME is missing: reelgate key list shows the names.', keyUsage);
  const key = readKeyName(name.slice(0, 40));
  if (key !== null) return { kind: 'revoke', key };
  return refusal(`${shown(name)} is not the name of a key: reelgate key list shows the names.`, keyUsage);
}

type Values = { readonly [Name in 'user' | 'env' | 'scopes' | 'days' | 'label']?: string | undefined };

function creating(
  { user, scopes, days, label }: Values,
  environment: Environment | null,
  now: number,
): KeyCommand | Refusal {
  if (user === undefined) return refusal(missingSentence({ '--user': user }), keyUsage);
  if (environment === null) return refusal(missingEnvironment, keyUsage);
  const wanted = scopes === undefined ? null : readScopes(scopes);
  if (scopes !== undefined && wanted === null)
    return refusal(`--scopes lists some of ${allScopes.join(', ')}, not ${shown(scopes)}.`, keyUsage);
  if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days))
    return refusal(`--days is a whole number from 1 to 99999, not ${shown(days)}.`, keyUsage);
  const expiresAt = days === undefined ? null : now + Number(days) * dayMs;
  return { kind: 'create', environment, request: { userId: user, scopes: wanted, expiresAt, label: label ?? null } };
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
