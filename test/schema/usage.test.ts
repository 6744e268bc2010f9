import { describe, expect, it } from 'vitest';
import { noUsage } from '../../src/domain/usage.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { ada, codesOf, run } from './world.ts';

const admin: Viewer = { ...ada, roles: ['admin'] };

const span = 'from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z"';

const [from, to] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)];

describe('operations.usage and operations.spend', () => {
  it('pass the span on and show each row', async () => {
    const spent = { acceptedJobs: 2, jobsWithoutCost: 1, providerCost: 0.5, comparedCredits: 67 };
    const day = {
      ...spent,
      day: '2026-11-30',
      difference: 17,
      capturedCredits: 134,
      refundedCredits: 0,
      unconfirmedJobs: 1,
    };
    const gateway = {
      usage: async (_: unknown, given: unknown, groupBy: string) => {
        expect([given, groupBy]).toEqual([{ from, to }, 'USER']);
        return [{ ...noUsage('ada'), jobs: 2, capturedCredits: 67 }];
      },
      spend: async (_: unknown, given: unknown, worth: number) => {
        expect([given, worth]).toEqual([{ from, to }, 100]);
        return [day];
      },
    };
    const source = `{ operations {
      usage(${span}, groupBy: USER) { key jobs completed failed capturedCredits refundedCredits grantedCredits }
      spend(${span}) { day acceptedJobs providerCost jobsWithoutCost difference capturedCredits refundedCredits unconfirmedJobs } } }`;
    const { comparedCredits: _, ...shown } = day;
    expect(await run(source, { gateway, viewer: admin })).toEqual({
      data: { operations: { usage: [{ ...noUsage('ada'), jobs: 2, capturedCredits: 67 }], spend: [shown] } },
    });
  });

  it('refuse with BAD_USER_INPUT and a sentence', async () => {
    const gateway = { usage: async () => ({ refusal: 'Narrow it.' }), spend: async () => ({ refusal: 'Narrow it.' }) };
    for (const field of [`usage(${span}, groupBy: DAY) { key }`, `spend(${span}) { day }`]) {
      const result = await run(`{ operations { ${field} } }`, { gateway, viewer: admin });
      expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
      expect(result.errors?.[0]?.message).toBe('Narrow it.');
    }
  });

  it('are for admins', async () => {
    expect(codesOf(await run(`{ operations { usage(${span}, groupBy: DAY) { key } } }`))).toEqual(['FORBIDDEN']);
  });
});
