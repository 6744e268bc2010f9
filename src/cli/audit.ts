import type { AuditEntry } from '../domain/audit.ts';
import type { Environment } from '../domain/job.ts';
import type { Store } from '../ports.ts';
import { readOptions, shown } from './command-line.ts';
import { doneOutcome, type Outcome, printable, timeOf } from './outcome.ts';
import { chosenOrBoth, type Refusal, readEnvironment, refusal } from './refusal.ts';

/** The usage of `reelgate audit`. */
export const auditUsage = `Usage: reelgate audit [--env test|live] [--first N] [--json]: who did what to whom, when and why, newest first

  --env test|live   only this environment; otherwise LIVE, then TEST
  --first N         how many entries of each environment: 1 to 100000 (default: 100)
  --json            one JSON array of entries

It works while a gateway is running, and also without one. Entries are kept for ever; nothing changes or removes one.
`;

/** A parsed `reelgate audit` command. */
export type AuditCommand = {
  readonly environments: readonly Environment[];
  readonly first: number;
};

/** Parses the arguments, or refuses them. */
export function readAuditCommand(args: readonly string[]): AuditCommand | Refusal {
  const text = { type: 'string' } as const;
  const given = readOptions({ args: [...args], options: { env: text, first: text } });
  if ('problem' in given) return refusal(`${given.problem}.`, auditUsage);
  const { env, first = '100' } = given.values;
  const read = readEnvironment(env);
  if ('problem' in read) return refusal(read.problem, auditUsage);
  if (!/^([1-9]\d{0,4}|100000)$/.test(first))
    return refusal(`--first is a whole number from 1 to 100000, not ${shown(first)}.`, auditUsage);
  return { environments: chosenOrBoth(read.environment), first: Number(first) };
}

const pageSize = 1000;

/** Lists the entries. */
export async function auditOutcome(
  store: Pick<Store, 'listAudit'>,
  { environments, first }: AuditCommand,
): Promise<Outcome> {
  const entries: AuditEntry[] = [];
  for (const environment of environments) {
    for await (const entry of entriesOf(store, environment, first)) entries.push(entry);
  }
  return doneOutcome(entries.map(lineOf).join('\n') || 'There are no entries.', entries.map(shownOf));
}

async function* entriesOf(store: Pick<Store, 'listAudit'>, environment: Environment, first: number) {
  let after: string | null = null;
  for (let left = first; left > 0; left -= pageSize) {
    const count = { from: 'start', limit: Math.min(left, pageSize) } as const;
    const page: Awaited<ReturnType<Store['listAudit']>> = await store.listAudit(environment, {
      count,
      after,
      before: null,
    });
    yield* page.items;
    if (!page.hasNext) return;
    after = page.items.at(-1)?.id ?? null;
  }
}

/** An entry as JSON shows it: the API's names, and an instant in RFC 3339. */
function shownOf({ id: _, at, ...entry }: AuditEntry) {
  return { at: timeOf(at), ...entry };
}

/** Names and reasons come from outside: characters that could control a terminal are replaced. */
function lineOf({ at, environment, actor, action, target, reason, details }: AuditEntry): string {
  const why = reason === null ? '' : `  "${reason}"`;
  const what = details === null ? '' : `  (${details})`;
  const line = `${timeOf(at)}  ${environment}  ${actor}  ${action}  ${target}${what}${why}`;
  return printable(line);
}
