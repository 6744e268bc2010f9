import { notFound } from '../domain/failure.ts';
import { jobIdOf } from '../domain/global-id.ts';
import type { Environment } from '../domain/job.ts';
import { readJobId } from '../domain/job-id.ts';
import { availableOf } from '../domain/ledger.ts';
import type { Bookings } from '../gateway/bookings.ts';
import type { GrantRequest } from '../gateway/input.ts';
import type { Store } from '../ports.ts';
import { readOptions, shown } from './command-line.ts';
import { doneOutcome, type Outcome, printable, refusedOutcome } from './outcome.ts';
import {
  extraSentence,
  missingEnvironment,
  missingSentence,
  type Refusal,
  readEnvironment,
  refusal,
} from './refusal.ts';

/** The usage of `reelgate grant`. */
export const grantUsage = `Usage: reelgate grant --user ID --env test|live --credits N --reason TEXT [--key KEY] [--json]

  Adds credits to a user's account, or takes some back if N is negative: --credits=-50. It works while a gateway is running.
  --key      books a grant once, however often the command runs with this key: 1 to 255 printable ASCII characters
  --json     print one JSON object
`;

/** The usage of `reelgate refund`. */
export const refundUsage = `Usage: reelgate refund JOB_ID --reason TEXT [--json]

  Gives the owner of a completed job its credits back, once per job. It works while a gateway is running.
  JOB_ID is the id that the API shows, or the UUID in the log and in reelgate losses. The user sees the reason in their ledger.
  --json     print one JSON object
`;

/** A parsed `reelgate grant`. */
export type GrantCommand = { readonly environment: Environment; readonly request: GrantRequest };

/** A parsed `reelgate refund`. `id`: as it was typed. */
export type RefundCommand = { readonly id: string; readonly reason: string };

/** Parses the arguments of `reelgate grant`. */
export function readGrantCommand(args: readonly string[]): GrantCommand | Refusal {
  const text = { type: 'string' } as const;
  const given = readOptions({
    args: [...args],
    options: { user: text, env: text, credits: text, reason: text, key: text },
  });
  if ('problem' in given) return refusal(`${given.problem}.`, grantUsage);
  const { user: userId, env, credits, reason, key = null } = given.values;
  if (userId === undefined || credits === undefined || reason === undefined)
    return refusal(missingSentence({ '--user': userId, '--credits': credits, '--reason': reason }), grantUsage);
  const read = readEnvironment(env);
  if ('problem' in read) return refusal(read.problem, grantUsage);
  const { environment } = read;
  if (environment === null) return refusal(missingEnvironment, grantUsage);
  if (!/^-?\d{1,10}$/.test(credits))
    return refusal(`--credits is a whole number, such as 500 or -50, not ${shown(credits)}.`, grantUsage);
  return { environment, request: { userId, credits: Number(credits), reason, idempotencyKey: key } };
}

/** Parses the arguments of `reelgate refund`. */
export function readRefundCommand(args: readonly string[]): RefundCommand | Refusal {
  const options = { reason: { type: 'string' } } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, refundUsage);
  const [id, extra] = given.positionals;
  const { reason } = given.values;
  if (extra !== undefined) return refusal(extraSentence(extra, args, 'reelgate refund takes one JOB_ID'), refundUsage);
  if (id === undefined || reason === undefined)
    return refusal(missingSentence({ JOB_ID: id, '--reason': reason }), refundUsage);
  return { id, reason };
}

/** Books a grant. */
export async function runGrant({ environment, request }: GrantCommand, bookings: Bookings): Promise<Outcome> {
  const granted = await bookings.grantCredits({ environment }, request);
  if ('kind' in granted) return refusedOutcome(granted);
  const note = granted.created ? ' The gateway had never seen this user: check the id.' : '';
  return doneOutcome(`Granted ${request.credits} credits to ${accountText(granted)}${note}`, {
    account: accountJson(granted),
    created: granted.created,
  });
}

/** Books a refund, in the environment of the job. */
export async function runRefund(
  { id, reason }: RefundCommand,
  bookings: Bookings,
  store: Pick<Store, 'findJob'>,
): Promise<Outcome> {
  const jobId = readJobId(id);
  const job = jobId === null ? null : await store.findJob(jobId);
  if (job === null) return refusedOutcome(notFound());
  const refunded = await bookings.refundJob(job, job.id, reason);
  if ('kind' in refunded) return refusedOutcome(refunded);
  const { entry, account } = refunded;
  return doneOutcome(`Refunded ${entry.credits} credits of job ${job.id} to ${accountText(account)}`, {
    entry: {
      kind: entry.kind,
      credits: entry.credits,
      balanceAfter: entry.balanceAfter,
      jobId: jobIdOf(job.id),
      reason,
    },
    account: accountJson(account),
  });
}

type ShownAccount = Parameters<typeof availableOf>[0] & {
  readonly owner: string;
  readonly environment: Environment;
};

function accountText(account: ShownAccount): string {
  const { owner, environment, balance, held } = account;
  return `${printable(owner)} in ${environment}: the balance is ${balance}, ${held} of it held.`;
}

function accountJson(account: ShownAccount) {
  const { owner: userId, environment, balance, held } = account;
  return { userId, environment, balance, held, available: availableOf(account) };
}
