import { describe, expect, it } from 'vitest';
import type { PollEvent } from '../../src/domain/job.ts';
import type { PollResponse, ProviderDetails, SubmitResult } from '../../src/ports.ts';
import { json } from './misbehaving-server.ts';
import { type ProviderCase, providerCases } from './provider-cases.ts';
import { jobOf, openWorld, yes } from './segmind-world.ts';

describe('what must come of an answer', () => {
  it.each(providerCases)('$request: $name', async (each) => {
    const { event, details } = await resultOf(each);
    const { type, code, says, operatorReads, url, expiresAt, seedUsed, providerCost } = each.expect;
    expect(event.type).toBe(type);
    const failure = 'failure' in event ? event.failure : null;
    const video = event.type === 'completed' ? event.video : null;
    if (code !== undefined) expect(failure?.code).toBe(code);
    if (says !== undefined) expect(failure?.message).toContain(says);
    if (operatorReads !== undefined) expect(details?.providerMessage).toContain(operatorReads);
    if (url !== undefined) expect(video?.url).toBe(url);
    if (expiresAt !== undefined) expect(video?.expiresAt).toBe(Date.parse(expiresAt));
    if (seedUsed !== undefined) expect(details?.seedUsed).toBe(seedUsed);
    if (providerCost !== undefined) expect(details?.providerCost).toBe(providerCost);
  });
});

type Result = {
  readonly event: SubmitResult | PollEvent;
  readonly details: ProviderDetails | undefined;
};

async function resultOf({ request, status = 200, body }: ProviderCase): Promise<Result> {
  const { server, segmind, running } = await openWorld(json(status, body), {
    auth: 'both',
    fileLifetimeMs: 604_800_000,
  });
  const answer: PollResponse | SubmitResult =
    request === 'submit' ? await segmind.submit(jobOf(), yes) : await segmind.poll(running);
  expect(server.requests).toHaveLength(1);
  const event = 'event' in answer ? answer.event : answer;
  return { event, details: answer.details };
}
