import type { SandboxRequest } from './request-id.ts';
import { scriptOf } from './script.ts';

/** Records are kept for an hour after the submit, as the provider's are. */
const recordLifeMs = 3_600_000;

const queuedShare = 0.2;

const queuedMs = 3000;

/** The record that a poll at `now` returns, as the provider's JSON; null once it is deleted. */
export function recordAt(request: SandboxRequest, now: number, videoUrl: string): object | null {
  const elapsedMs = now - request.startedAt;
  if (elapsedMs >= recordLifeMs) return null;
  const { end } = scriptOf(request.script);
  if (end !== null && elapsedMs >= request.lifeMs) return end(videoUrl, request.text);
  const queued = elapsedMs < Math.min(queuedMs, request.lifeMs * queuedShare);
  return { status: queued ? 'QUEUED' : 'PROCESSING', output: '' };
}

/**
 * How long a request runs if its script sets no time: 14 to 18 s, half of them below 15 s and nine of ten below 17.3 s.
 * `chance` is uniform in [0, 1).
 */
export function randomLifeMsOf(chance: number): number {
  return Math.round(14_000 + 4000 * chance ** 2);
}
