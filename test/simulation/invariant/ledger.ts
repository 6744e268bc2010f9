import { isEnded } from '../../../src/domain/job.ts';
import type { Evidence } from '../evidence.ts';
import type { Violation } from '../observations.ts';
import type { GrantResult, Owner } from '../sighting.ts';
import { breachesOf } from './outcome.ts';

/** Checks the four invariants of money, which hold at any moment. */
export function ledgerBreachesOf({ account, jobs, entries }: Evidence): Violation[] {
  return breachesOf('ledger exact', (report) => {
    const sum = entries.reduce((total, { credits }) => total + credits, 0);
    const held = jobs.filter((job) => !isEnded(job)).reduce((total, { priceCredits }) => total + priceCredits, 0);
    const captures = entries.filter(({ kind }) => kind === 'CAPTURE');
    const captured = captures.map(({ jobId, credits }) => `${jobId} ${-credits}`);
    const completed = jobs.filter(({ state }) => state === 'COMPLETED').map((job) => `${job.id} ${job.priceCredits}`);
    if (account.balance !== sum) report(`the balance is ${account.balance}, its entries add up to ${sum}`);
    if (account.held !== held) report(`${account.held} credits are held, running jobs cost ${held}`);
    if (account.balance < account.held) report(`${account.balance} credits do not cover the ${account.held} held`);
    if (captured.toSorted().join() !== completed.toSorted().join())
      report(`captured ${captured.join()}, completed ${completed.join()}`);
    const refunded = entries.filter(({ kind }) => kind === 'REFUND').map(({ jobId, credits }) => `${jobId} ${credits}`);
    if (new Set(refunded).size < refunded.length) report(`refunded twice: ${refunded.join()}`);
    for (const refund of refunded) if (!captured.includes(refund)) report(`refunded and not captured: ${refund}`);
    let balance = 0;
    for (const [index, entry] of entries.toReversed().entries()) {
      balance += entry.credits;
      if (entry.number !== index + 1) report(`entry ${entry.number} is the ${index + 1}th`);
      if (entry.balanceAfter !== balance) report(`entry ${entry.number} has ${entry.balanceAfter}, not ${balance}`);
    }
  });
}

/** Sign-up credits and grants are booked at most once, and every acknowledged one is booked. */
export function grantBreachesOf(
  evidence: Evidence,
  results: readonly GrantResult[],
  signupCredits: number,
): Violation[] {
  return breachesOf('ledger exact', (report) => {
    const { account, entries } = evidence;
    const grants = entries.filter(({ kind }) => kind === 'GRANT');
    const signups = grants.filter(({ reason }) => reason === 'Sign-up credits').map(({ credits }) => credits);
    if (signups.join() !== (signupCredits === 0 ? '' : String(signupCredits)))
      report(`signed up with ${signups.join()}`);
    const mine = results.filter((result) => isOwn(result, account));
    for (const reason of new Set(mine.map((result) => result.reason))) {
      const booked = grants.filter((grant) => grant.reason === reason);
      const returned = mine.filter((result) => result.reason === reason);
      if (booked.length > 1) report(`${reason} is booked ${booked.length} times`);
      if (booked.length === 0 && returned.some(({ kind }) => kind === 'granted'))
        report(`${reason} was acknowledged and not booked`);
      const mayBe = returned.some(({ kind }) => kind !== 'refused' && kind !== 'error');
      if (booked.length > 0 && !mayBe) report(`${reason} was refused and is booked`);
    }
  });
}

function isOwn(one: Owner, other: Owner): boolean {
  return one.owner === other.owner && one.environment === other.environment;
}
