import type { UsageGroup } from '../src/domain/usage.ts';
import type { SpanRefusal } from '../src/gateway/money.ts';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';

/** Adds UsageRow and SpendDay. */
export function addUsageTypes(builder: Builder): void {
  builder.enumType('UsageGroup', {
    description: 'What usage is added up by.',
    values: {
      DAY: { description: 'By day in UTC. `key` is the day, such as 2026-11-30.' },
      USER: { description: "By user. `key` is the user's id." },
      API_KEY: {
        description:
          'By the API key with which the job was requested. `key` is its name, the beginning of the key; it is empty for jobs of ' +
          'tokens, for jobs from before keys were noted, and for grants.',
      },
    } satisfies Record<UsageGroup, { description: string }>,
  });
  builder.objectType('UsageRow', {
    description: 'What happened in a span of time: for one day, one user, or one API key.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'The day, the user or the API key; see UsageGroup.' }),
      jobs: t.exposeInt('jobs', { description: 'Jobs that were stored in the span.' }),
      completed: t.exposeInt('completed', {
        description: 'Jobs that were paid for in the span: the number of its CAPTURE entries.',
      }),
      failed: t.exposeInt('failed', { description: 'Jobs that failed in the span.' }),
      capturedCredits: t.exposeInt('capturedCredits', {
        description: 'The credits of the CAPTURE entries in the span, as a positive number.',
      }),
      refundedCredits: t.exposeInt('refundedCredits', {
        description: 'The credits of the REFUND entries in the span.',
      }),
      grantedCredits: t.exposeInt('grantedCredits', {
        description: 'The credits of the GRANT entries in the span. Corrections count as negative.',
      }),
    }),
  });
  addSpendDay(builder);
}

function addSpendDay(builder: Builder): void {
  builder.objectType('SpendDay', {
    description:
      'What the provider asked on one day in UTC, beside what users paid. `lossJobs` lists the unconfirmed jobs.',
    fields: (t) => ({
      day: t.exposeString('day', { description: 'Such as 2026-11-30.' }),
      acceptedJobs: t.exposeInt('acceptedJobs', { description: 'Jobs that the provider accepted on this day.' }),
      providerCost: t.exposeFloat('providerCost', {
        description: 'The sum of what the provider reported as the cost of these jobs, in its own credits.',
      }),
      jobsWithoutCost: t.exposeInt('jobsWithoutCost', {
        description:
          'Those among these jobs of which the provider has reported no cost, so that providerCost lacks them.',
      }),
      difference: t.exposeFloat('difference', {
        nullable: true,
        description:
          'What users paid for the jobs with a cost, less that cost times `creditsPerProviderCredit`: below 0 the operator lost ' +
          'money. Null if no job of the day has a cost.',
      }),
      capturedCredits: t.exposeFloat('capturedCredits', {
        description: 'The credits of the CAPTURE entries of this day. Jobs of the day before may be among them.',
      }),
      refundedCredits: t.exposeFloat('refundedCredits', {
        description: 'The credits of the REFUND entries of this day.',
      }),
      unconfirmedJobs: t.exposeInt('unconfirmedJobs', {
        description:
          'Jobs of this day that ended as SUBMISSION_UNCONFIRMED: the provider may have accepted them, and would charge for them.',
      }),
    }),
  });
}

/** The rows, unless the span was refused. Throws BAD_USER_INPUT then. */
export function rowsOf<Row>(result: readonly Row[] | SpanRefusal): readonly Row[] {
  if ('refusal' in result) throw refusal('BAD_USER_INPUT', result.refusal);
  return result;
}
