import { expect, test } from 'vitest';
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
