import { expect, test } from 'vitest';
import { createVideoLinks } from '../../src/credential/video-link.ts';
import type { BudgetEvent } from '../../src/domain/webhook.ts';
import { attemptWaitsMs } from '../../src/domain/webhook-schedule.ts';
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

test('signed links in a body stay valid through all ten attempts, and 6 hours more; those of responses do not', () => {
  const time = { now: Date.UTC(2026, 10, 30, 12, 59) };
  const signing = { secret: new Uint8Array(32).fill(7), now: () => time.now };
  const links = createVideoLinks({ publicUrl: () => 'https://gate.example.com', signing });
  const video = { url: 'https://provider.example/1.mp4', contentType: 'video/mp4', expiresAt: null };
  const job = sampleJob({ state: 'COMPLETED', video, copy: { ...sampleJob().copy, state: 'STORED', hasPoster: true } });
  const signed = createWebhookBody({ ...testVideos, links }, (id) => id);
  const { data } = JSON.parse(signed({ type: 'video.stored', job, occurredAt: time.now }));
  const urls = [data.videoUrl, data.video.url, data.video.posterUrl];
  const checkOf = (url: string) => {
    const { searchParams } = new URL(url);
    return links.check(job.videoId, { expires: searchParams.get('expires'), signature: searchParams.get('signature') });
  };
  const ofResponse = links.videoUrl(job.videoId);
  const attemptsMs = attemptWaitsMs.reduce((sum, waitMs) => sum + waitMs * 1.1 + 15_000, 0);
  time.now += attemptsMs + 6 * 60 * 60_000;
  expect(checkOf(ofResponse)).toBe('expired');
  expect(urls.map(checkOf)).toEqual(['valid', 'valid', 'valid']);
  time.now += 24 * 60 * 60_000;
  expect(urls.map(checkOf)).toEqual(['expired', 'expired', 'expired']);
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
