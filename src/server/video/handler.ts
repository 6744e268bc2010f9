import type { IncomingMessage } from 'node:http';
import { sourceOf } from '../../domain/copy.ts';
import { type Environment, isEnded, type Job } from '../../domain/job.ts';
import { jobFactsOf } from '../../domain/job-facts.ts';
import { progressOf } from '../../domain/progress.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { createLogLimit } from '../../lib/log-limit.ts';
import { BlobError, type BlobStore, type VideoSource } from '../../ports/video.ts';
import type { Bell, Clock, Log } from '../../ports.ts';
import { refusal } from '../graphql/errors.ts';
import { type Handle, type Reply, sendError, sendHead } from '../http/response.ts';
import { readVideoAddress, type VideoAddress, waitSecondsOf } from './address.ts';
import { dispositionOf, downloadNameOf, preflightHeaders, videoHeaders } from './headers.ts';
import { createRelay } from './relay.ts';
import type { VideoRequest } from './request.ts';
import { createSendStored } from './stored.ts';
import { createVideoWait } from './wait.ts';

/** What serves videos. */
export type VideoDeps = {
  readonly gateway: Pick<Gateway, 'linkedJob'>;
  readonly blobs: BlobStore;
  /** Where the videos of each environment are read from the provider; called per request. */
  readonly sources: () => Readonly<Record<Environment, VideoSource>>;
  /** Whether the store's own links are used where it makes some. */
  readonly redirects: boolean;
  readonly bell: Pick<Bell, 'listen'>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Serves videos and posters below /videos/. */
export interface Videos {
  readonly handle: Handle;
  /** Answers the requests that wait for their video. */
  close(): void;
}

/** A browser asks again after so many seconds at most, in case an estimate was too long. */
const longestRetrySeconds = 60;

const retrySeconds = 5;

const notStored = { ...videoHeaders, 'cache-control': 'no-store' };

/**
 * Serves every job's video at one URL for ever: from the gateway's store, or from the provider while there is no copy yet. The id in the
 * URL is a capability: whoever has the link may play the video. Until there is one the answer is 404 with Retry-After.
 */
export function createVideos(deps: VideoDeps): Videos {
  const { gateway, blobs, clock, log } = deps;
  const wait = createVideoWait(deps);
  const relay = createRelay(deps);
  const sendStored = createSendStored(blobs, deps);
  const mayLog = createLogLimit(clock);

  async function send(video: VideoRequest): Promise<void> {
    const { job, address, reply } = video;
    if (job.copy.state === 'STORED' && (!address.isPoster || job.copy.hasPoster)) {
      if (await sendStored(video)) return;
      if (mayLog(job.videoId)) log.error(jobFactsOf(job), 'A stored video is missing from the store of videos.');
    }
    const source = job.copy.state === 'GONE' ? null : sourceOf(job);
    if (address.isPoster || source === null) return sendMissing(reply, job, address, clock.now());
    const { contentType } = source;
    const name = downloadNameOf(address, job, contentType);
    await relay(video, source.url, { 'content-type': contentType, ...dispositionOf(name) });
  }

  async function serve(request: IncomingMessage, reply: Reply, address: VideoAddress): Promise<void> {
    const link = { expires: address.query.get('expires'), signature: address.query.get('signature') };
    const found = await gateway.linkedJob(address.videoId, link);
    if (typeof found === 'string') return sendRefusal(reply, found);
    const findAgain = async () => {
      const job = await gateway.linkedJob(address.videoId, link);
      return typeof job === 'string' ? null : job;
    };
    const closed = new AbortController();
    const close = () => closed.abort();
    reply.response.once('close', close);
    try {
      const job = await wait.until({
        job: found,
        find: findAgain,
        isOver: (each) => isOver(each, address),
        seconds: waitSecondsOf(address),
        signal: closed.signal,
      });
      if (reply.response.destroyed) return;
      await send({ request, reply, address, job: job ?? found, signal: closed.signal });
    } catch (error) {
      if (!(error instanceof BlobError) || reply.response.headersSent) throw error;
      if (mayLog(error.kind))
        log.error({ jobId: found.id, reason: error.message }, 'A stored video could not be read.');
      const sentence = 'The store of videos cannot be read at the moment: try again in a few seconds.';
      sendError(reply, 503, refusal('INTERNAL_SERVER_ERROR', sentence), { ...notStored, 'retry-after': '5' });
    } finally {
      reply.response.off('close', close);
    }
  }

  return {
    async handle(request, reply) {
      const address = readVideoAddress(request.url);
      if (address === null) return sendRefusal(reply, 'unknown');
      if (request.method === 'OPTIONS') return sendHead(reply, 204, preflightHeaders);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const allow = { ...notStored, allow: 'GET, HEAD, OPTIONS' };
        return sendError(reply, 405, refusal('BAD_USER_INPUT', 'Videos take GET and HEAD.'), allow);
      }
      return serve(request, reply, address);
    },
    close: wait.close,
  };
}

/** Answers a request whose link leads to no job. */
function sendRefusal(reply: Reply, why: 'unknown' | 'expired' | 'wrong'): void {
  if (why === 'unknown') {
    sendError(reply, 404, refusal('NOT_FOUND', 'There is no such video.'), notStored);
    return;
  }
  const sentence =
    why === 'expired'
      ? 'This link has expired: read videoUrl again for a new one.'
      : 'This link is not signed, or wrongly: read videoUrl for one that is.';
  sendError(reply, 403, refusal('FORBIDDEN', sentence), notStored);
}

/** Whether waiting longer changes nothing: the file is there, or it will never be. */
function isOver(job: Job, { isPoster }: VideoAddress): boolean {
  if (!isPoster) return isEnded(job);
  return job.copy.state === 'WAITING' ? false : isEnded(job);
}

/** Answers 404: with the time after which to ask again if the file may still come. */
function sendMissing(reply: Reply, job: Job, address: VideoAddress, now: number): void {
  const sentence = isOver(job, address)
    ? 'There is no such video: its job ended without one, or it was deleted.'
    : 'The video is not there yet: ask again after the seconds in Retry-After, or add ?wait=25.';
  const again = isOver(job, address) ? {} : { 'retry-after': String(retryAfterOf(job, now)) };
  sendError(reply, 404, refusal('NOT_FOUND', sentence), { ...notStored, ...again });
}

function retryAfterOf(job: Job, now: number): number {
  if (isEnded(job)) return retrySeconds;
  const { remainingSeconds } = progressOf({ ...job, completed: false }, now);
  return Math.min(longestRetrySeconds, Math.max(1, Math.ceil(remainingSeconds ?? retrySeconds)));
}
