import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breachesAnytime } from '../simulation/invariants.ts';
import { type Command, command } from './command.ts';
import { createModel, type Model } from './model.ts';
import { openReal } from './real.ts';

type Real = ReturnType<typeof openReal>;

describe('the gateway', () => {
  test('answers, holds, captures and releases as a plain model of ledger and keys does, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 24, size: 'max' }), async (commands) => {
        const real = openReal();
        const model = createModel();
        for (const each of commands) {
          const [answered, expected] = await run(each, real, model);
          expect(answered).toBe(expected);
        }
        await compare(real, model);
        real.close();
      }),
      { numRuns: 2000 },
    );
  }, 180_000);
});

/** Does the same to both; what each answers. */
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
      const answered = await real.generate(owner, { idempotencyKey: key, prompt, maxCredits });
      model.arrive(owner);
      return [answered, model.wish({ owner, key, prompt, retryOf: null, maxCredits }, idIn(answered), real.now())];
    }
    case 'cancel':
      if (target === undefined) return ['', ''];
      model.arrive(each.owner);
      return [await real.cancel(each.owner, target.id), model.cancel(each.owner, target)];
    case 'settle':
      if (target === undefined) return ['', ''];
      await real.settle(target.id, each.outcome);
      model.settle(target, each.outcome, real.now());
      return ['', ''];
    case 'retry': {
      if (target === undefined) return ['', ''];
      const { owner, key } = each;
      const answered = await real.retry(owner, target.id, key);
      model.arrive(owner);
      if (target.owner !== owner) return [answered, 'notFound'];
      if (target.state !== 'FAILED' && target.state !== 'CANCELED') return [answered, 'NOT_RETRYABLE'];
      if (key !== null && key === target.key) return [answered, `conflict ${target.id}`];
      const wish = { owner, key, prompt: target.prompt, retryOf: target.id, maxCredits: null };
      return [answered, model.wish(wish, idIn(answered), real.now())];
    }
  }
}

/** A new job's id is the real one's to choose. */
function idIn(answered: string): string {
  return answered.split(' ')[1] ?? '';
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
