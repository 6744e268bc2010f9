import type { IncomingMessage } from 'node:http';
import type { Job } from '../../domain/job.ts';
import type { Reply } from '../http/response.ts';
import type { VideoAddress } from './address.ts';

/** A request for a video whose job is known. `signal` aborts when the client has disconnected. */
export type VideoRequest = {
  readonly request: IncomingMessage;
  readonly reply: Reply;
  readonly address: VideoAddress;
  readonly job: Job;
  readonly signal: AbortSignal;
};
