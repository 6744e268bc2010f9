import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breachesAnytime } from '../simulation/invariants.ts';
import { type Command, command } from './command.ts';
import { createModel, type Model } from './model.ts';
import { openReal } from './real.ts';

type Real = ReturnType<typeof openReal>;

describe('the gateway', () => {
  test('returns, holds, captures and releases as a plain model of ledger and keys does, for any commands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 24, size: 'max' }), async (commands) => {
        const real = openReal();
        const model = createModel();
        for (const each of commands) {
          const [result, expected] = await run(each, real, model);
          expect(result).toBe(expected);
        }
        await compare(real, model);
        real.close();
      }),
      { numRuns: 2000 },
    );
  }, 180_000);
});

/** Runs a command on both and returns both results. */
async function run(each: Command, real: Real, model: Model): Promise<[string, string]> {
  const target = 'job' in each ? model.jobs[each.job % Math.max(1, model.jobs.length)] : undefined;
  switch (each.type) {
    case 'pass':
      real.pass(each.ms);
      return ['', ''];
    case 'claim':
      await real.claim();
      model.claim(real.now());
      return ['', ''];
    case 'grant':
      return [await real.grant(each.owner, each.key, each.credits), model.grant(each.owner, each.key, each.credits)];
    case 'generate': {
      const { owner, key, prompt, maxCredits } = each;
      const result = await real.generate(owner, { idempotencyKey: key, prompt, maxCredits });
      model.ensureAccount(owner);
      return [result, model.request({ owner, key, prompt, retryOf: null, maxCredits }, idIn(result), real.now())];
    }
    case 'cancel':
      if (target === undefined) return ['', ''];
      model.ensureAccount(each.owner);
      return [await real.cancel(each.owner, target.id), model.cancel(each.owner, target)];
    case 'conclude':
      if (target === undefined) return ['', ''];
      await real.conclude(target.id, each.outcome);
      model.conclude(target, each.outcome, real.now());
      return ['', ''];
    case 'retry': {
      if (target === undefined) return ['', ''];
      const { owner, key } = each;
      const result = await real.retry(owner, target.id, key);
      model.ensureAccount(owner);
      if (target.owner !== owner) return [result, 'notFound'];
      if (target.state !== 'FAILED' && target.state !== 'CANCELED') return [result, 'NOT_RETRYABLE'];
      if (key !== null && key === target.key) return [result, `conflict ${target.id}`];
      const request = { owner, key, prompt: target.prompt, retryOf: target.id, maxCredits: null };
      return [result, model.request(request, idIn(result), real.now())];
    }
  }
}

/** The real gateway chooses a new job's id, and the model takes it over. */
function idIn(result: string): string {
  return result.split(' ')[1] ?? '';
}

async function compare(real: Real, model: Model): Promise<void> {
  const evidence = await real.evidence();
  const amounts = evidence.map(({ account }) => [account.owner, account.balance, account.held]);
  const states = evidence.flatMap(({ jobs }) =>
    jobs.map(({ id, state, failure }) => [id, state, failure?.code ?? null]),
  );
  expect(amounts.toSorted()).toEqual(
    [...model.balances].map(([owner, balance]) => [owner, balance, model.heldOf(owner)]).toSorted(),
  );
  expect(states.toSorted()).toEqual(model.jobs.map(({ id, state, failure }) => [id, state, failure]).toSorted());
  expect(evidence.flatMap(breachesAnytime)).toEqual([]);
}
