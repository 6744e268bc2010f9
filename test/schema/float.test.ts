import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { readCredits } from '../../src/adapter/provider/segmind/credits.ts';
import { costIn } from '../../src/adapter/provider/segmind/provider-details.ts';
import { createVideoLinks } from '../../src/credential/video-link.ts';
import { estimateOf, livePrior, progressOf } from '../../src/domain/progress.ts';
import { createMoneyReads } from '../../src/gateway/money.ts';
import { quoteOf } from '../../src/gateway/quote.ts';
import { shownVideoOf } from '../../src/gateway/video.ts';
import { sampleJob } from '../domain/sample.ts';
import { ada } from './world.ts';

/** What a third of anything becomes in floating point. */
const third = 13 / 3;

const progress = progressOf(
  { estimate: estimateOf([], livePrior), submittedAt: 0, finishedAt: null, completed: false },
  third * 1000,
);

const account = { id: 'a', owner: 'ada', environment: 'LIVE', balance: 1000, held: 0, feed: 0 } as const;

const quote = quoteOf(account, 67, estimateOf([third, third * 2, third * 3, third * 4, third * 5], livePrior));

const job = sampleJob({
  state: 'COMPLETED',
  video: { url: 'https://x/v.mp4', contentType: 'video/mp4', expiresAt: null },
});

const video = shownVideoOf(
  { ...job, copy: { ...job.copy, state: 'STORED', durationSeconds: third } },
  {
    links: createVideoLinks({ publicUrl: () => 'https://gate.example.com', signing: null }),
    keepsVideos: true,
    retentionMs: null,
  },
);

/** One day's books, in which the provider asked for a third of a credit more than once. */
async function spendDay() {
  const spend = { acceptedJobs: 1, jobsWithoutCost: 0, comparedCredits: 67, providerCost: third };
  const others = { capturedCredits: 67, refundedCredits: 0, unconfirmedJobs: 0 };
  const store = { usage: () => Promise.resolve([]), spend: () => Promise.resolve({ ...spend, ...others }) };
  const span = { from: 0, to: 86_400_000 };
  const days = await createMoneyReads({ store }).spend(ada, span, 100 / 7);
  return 'refusal' in days ? undefined : days[0];
}

/** What each Float of the schema shows of a number without an end. */
async function shown(): Promise<Record<string, unknown>> {
  const day = await spendDay();
  return {
    'JobProgress.fraction': progress.fraction,
    'JobProgress.elapsedSeconds': progress.elapsedSeconds,
    'JobProgress.remainingSeconds': progress.remainingSeconds,
    'Quote.typicalSeconds': quote.typicalSeconds,
    'Quote.slowSeconds': quote.slowSeconds,
    'Video.durationSeconds': video?.durationSeconds,
    'OperatorJob.providerCost': costIn([{ cost: third }]),
    'ProviderHealth.credits': readCredits({ status: 200, headers: {}, json: { credits: 0.1, 'free-credits': 0.2 } }),
    'SpendDay.providerCost': day?.providerCost,
    'SpendDay.difference': day?.difference,
    'SpendDay.capturedCredits': day?.capturedCredits,
    'SpendDay.refundedCredits': day?.refundedCredits,
  };
}

/** Every output field of the schema that is a Float, such as `JobProgress.fraction`. */
function floatFields(): readonly string[] {
  const types = Object.values(createSchema().getTypeMap()).filter(isObjectType);
  return types.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => String(field.type).replaceAll(/[[\]!]/g, '') === 'Float')
      .map((field) => `${type.name}.${field.name}`),
  );
}

test('no Float of the schema has more decimals than anyone can use', async () => {
  const values = await shown();
  expect(Object.keys(values).toSorted()).toEqual(floatFields().toSorted());
  expect(values).toMatchInlineSnapshot(`
    {
      "JobProgress.elapsedSeconds": 4.3,
      "JobProgress.fraction": 0.0301,
      "JobProgress.remainingSeconds": 139.8,
      "OperatorJob.providerCost": 4.333333,
      "ProviderHealth.credits": 0.3,
      "Quote.slowSeconds": 19.9,
      "Quote.typicalSeconds": 13,
      "SpendDay.capturedCredits": 67,
      "SpendDay.difference": 5.095238,
      "SpendDay.providerCost": 4.333333,
      "SpendDay.refundedCredits": 0,
      "Video.durationSeconds": 4.333,
    }
  `);
});
