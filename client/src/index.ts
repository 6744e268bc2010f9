export type { ConnectionState } from './connection.ts';
export { type ErrorCode, ReelgateError } from './error.ts';
export type { Operation, Result } from './http.ts';
export type { KeyStorage } from './intent.ts';
export { isEnded } from './job.ts';
export type { FeedEvent, FeedOptions } from './live.ts';
export {
  createReelgate,
  type GenerateOptions,
  type JobPage,
  type JobsOptions,
  type Reelgate,
  type ReelgateOptions,
  type SignalOption,
} from './reelgate.ts';
export type * from './schema.ts';
export type { TokenSource } from './token.ts';
export type { Way } from './way.ts';
