import { describe, expect, it } from 'vitest';
import type { PollEvent } from '../../src/domain/job.ts';
import type { PollResponse, ProviderDetails, SubmitResult } from '../../src/ports.ts';
import { json } from './misbehaving-server.ts';
import { type ProviderCase, providerCases } from './provider-cases.ts';
import { jobOf, openWorld, yes } from './segmind-world.ts';

describe('the expected outcome of a response', () => {
  it.each(providerCases)('$request: $name', async (each) => {
    const { event, details } = await resultOf(each);
    const { type, code, messagePart, operatorMessagePart, url, expiresAt, seedUsed, providerCost } = each.expect;
    expect(event.type).toBe(type);
    const failure = 'failure' in event ? event.failure : null;
    const video = event.type === 'completed' ? event.video : null;
    if (code !== undefined) expect(failure?.code).toBe(code);
    if (messagePart !== undefined) expect(failure?.message).toContain(messagePart);
    if (operatorMessagePart !== undefined) expect(details?.providerMessage).toContain(operatorMessagePart);
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
  const result: PollResponse | SubmitResult =
    request === 'submit' ? await segmind.submit(jobOf(), yes) : await segmind.poll(running);
  expect(server.requests).toHaveLength(1);
  const event = 'event' in result ? result.event : result;
  return { event, details: result.details };
}
