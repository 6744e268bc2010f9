import { expect, test } from 'vitest';
import type { BudgetEvent } from '../../src/domain/webhook.ts';
import { createWebhookBody } from '../../src/gateway/webhook-body.ts';
import { sampleJob } from '../domain/sample.ts';
import { testVideos } from '../world/videos.ts';

const write = createWebhookBody(testVideos, (id) => `job-${id}`);

test('a body has at most 20,000 bytes, however long the provider’s own URL is', () => {
  const video = { url: `https://provider.example/${'x'.repeat(30_000)}`, contentType: 'video/mp4', expiresAt: null };
  const prompt = '\u0001'.repeat(2000);
  const job = sampleJob({ state: 'COMPLETED', prompt, video });
  const body = write({ type: 'job.completed', job, occurredAt: 0 });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
  const { data, timestamp } = JSON.parse(body);
  expect(timestamp).toBe('1970-01-01T00:00:00.000Z');
  expect(data).toMatchObject({ id: `job-${job.id}`, prompt, video: { sourceUrl: null } });
  expect(data.video.url).toBe(data.videoUrl);
});

test('a body of a budget has the fields of Budget and the mark; the installation has no user, and a total no end', () => {
  const budget = {
    environment: 'TEST',
    owner: 'ana',
    period: 'MONTH',
    limitCredits: 100,
    usedCredits: 81,
    periodStart: Date.UTC(2026, 10),
    isDefault: true,
    reportedPercent: 80,
  } as const;
  const of = (event: Omit<BudgetEvent, 'type' | 'occurredAt'>) =>
    JSON.parse(write({ ...event, type: 'budget.reached', occurredAt: 0 }));
  expect(of({ budget, percent: 80 })).toEqual({
    type: 'budget.reached',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: {
      userId: 'ana',
      environment: 'TEST',
      period: 'MONTH',
      limitCredits: 100,
      usedCredits: 81,
      leftCredits: 19,
      resetsAt: '2026-12-01T00:00:00.000Z',
      isDefault: true,
      percent: 80,
    },
  });
  const total = { ...budget, owner: null, period: 'TOTAL', periodStart: 0 } as const;
  expect(of({ budget: total, percent: 100 }).data).toMatchObject({ userId: null, resetsAt: null, percent: 100 });
});
