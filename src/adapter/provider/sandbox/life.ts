import type { SandboxRequest } from './request-id.ts';
import { scriptOf } from './script.ts';

/** Records are kept for an hour after the submit, as the provider's are. */
const recordLifeMs = 3_600_000;

const queuedShare = 0.2;

const queuedMs = 3000;

/** What a poll is answered at `now`, as the provider's JSON; null where the record is no longer kept. */
export function nextPollAt(request: SandboxRequest, now: number, videoUrl: string): object | null {
  const elapsedMs = now - request.startedAt;
  if (elapsedMs >= recordLifeMs) return null;
  const { end } = scriptOf(request.script);
  if (end !== null && elapsedMs >= request.lifeMs) return end(videoUrl);
  const queued = elapsedMs < Math.min(queuedMs, request.lifeMs * queuedShare);
  return { status: queued ? 'QUEUED' : 'PROCESSING', output: '' };
}

/**
 * How long a request lives whose script says nothing: 14 to 18 s, half of them below 15 s and nine of ten below 17.3 s.
 * `chance` is uniform in [0, 1).
 */
export function drawnLifeMsOf(chance: number): number {
  return Math.round(14_000 + 4000 * chance ** 2);
}
