import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { webhookJsonSchema } from '../../schema/webhook-json.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { copyStored } from '../../src/domain/copy.ts';
import type { Job } from '../../src/domain/job.ts';
import { webhookEventTypes } from '../../src/domain/webhook.ts';
import { createWebhookBody } from '../../src/gateway/webhook-body.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { facts, waiting } from '../store/contract/copies.ts';
import { erased } from '../store/contract/erasure.ts';
import { deliveriesOf, ended, endpoint } from '../store/contract/webhook-world.ts';
import { newId, start } from '../store/contract/world.ts';
import { testVideos } from '../world/videos.ts';
import { errorsOf } from './json-schema.ts';

it('the JSON Schema of webhooks is that of the served types; npm run schema:print renews it', () => {
  const file = join(projectRoot(), 'docs', 'webhooks.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(webhookJsonSchema(createSchema()));
});

test('every type of a job is delivered as the JSON Schema says, with its formats, also when the job was deleted', async () => {
  const writeBody = createWebhookBody(testVideos, (id) => `job-${id}`);
  const store = openSqliteStore({ file: ':memory:', newId, exclusive: true, writeBody });
  onTestFinished(() => store.close());
  const mine = await endpoint(store);
  const jobs: Job[] = [];
  for (const life of ['completed', 'failed', 'canceled', 'unconfirmed', 'expired', 'late'] as const)
    jobs.push(await ended(store, life));
  const job = await waiting(store);
  expect(await store.commitCopy(job, copyStored(job, facts, start))).toBe(true);
  const bodies = async () => (await deliveriesOf(store, mine)).map(({ payload }) => JSON.parse(payload));
  const all = await bodies();
  const ofJobs = webhookEventTypes.filter((type) => type.startsWith('job.') || type === 'video.stored');
  expect(new Set(all.map(({ type }) => type))).toEqual(new Set(ofJobs));
  for (const body of all) expect([body, errorsOf(body)]).toEqual([body, null]);
  for (const each of jobs) await erased(store, each);
  const deleted = (await bodies()).filter(({ data }) => data.deletedAt !== null);
  expect(deleted).toHaveLength(jobs.length + 1);
  for (const body of deleted) expect([body, errorsOf(body)]).toEqual([body, null]);
});

test('the JSON Schema refuses a body with a date, an address or a type that is none', () => {
  const body = { type: 'webhook.test', timestamp: '2026-01-01T00:00:00.000Z', data: { message: 'A test.' } };
  expect(errorsOf(body)).toBeNull();
  expect(errorsOf({ ...body, timestamp: 'today' })).not.toBeNull();
  expect(errorsOf({ ...body, type: 'job.lost' })).not.toBeNull();
});
