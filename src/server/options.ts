import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Gateway } from '../gateway/gateway.ts';
import type { HttpGet } from '../lib/http-get.ts';
import type { Subnet } from '../lib/subnet.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Bell, Clock, Log } from '../ports.ts';
import type { Identity } from './auth/identity.ts';
import type { Credentials } from './auth/issued-token.ts';
import type { MediaOrigins } from './page/dashboard.ts';
import type { VideoDeps } from './video/handler.ts';

/** The settings and parts of a server. */
export type ServerOptions = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Returns the URL at which clients reach it, without a trailing slash. */
  readonly publicUrl: (boundPort: number) => string;
  readonly identity: Identity;
  /** Reads the keys of tokens; without it over direct connections. */
  readonly httpGet?: HttpGet;
  /** Access to API keys and the secret of client tokens; without it none is valid. */
  readonly credentials?: Credentials;
  /** Rings when a key was revoked; without it, a revoked key is refused within seconds. */
  readonly bell?: Pick<Bell, 'listen'>;
  /** Other origins whose pages may use it. */
  readonly allowedOrigins: readonly string[];
  /** The proxies whose X-Forwarded-For and X-Forwarded-Host are believed; none by default. */
  readonly trustedProxies?: readonly Subnet[];
  /** The only documents that may run, by id; without it any may. */
  readonly trustedDocuments?: ReadonlyMap<string, string> | null;
  /** Per user and environment. */
  readonly requestsPerMinute: number;
  /** Per address, without a token; 120 by default. */
  readonly anonymousRequestsPerMinute?: number;
  /** Per user and environment. */
  readonly socketsPerUser: number;
  readonly operationsPerSocket: number;
  /** How long an idle HTTP connection stays open; 65 s by default. */
  readonly keepAliveMs?: number;
  /** `none`: every subscription runs by itself, which is simple but slow. Clients are sent the same. */
  readonly hub?: 'shared' | 'none';
  /** `yoga`: yoga answers every request over HTTP. Clients are sent the same. */
  readonly http?: 'direct' | 'yoga';
  /** How often an operation is executed before it is compiled (0: compiled at once; Infinity: never). Clients are sent the same. */
  readonly usesBeforeCompiled?: number;
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects where the database cannot be written to. */
  readonly ready: () => Promise<void>;
  /** The folder of the built dashboard, if there is one. */
  readonly dashboardFolder?: string;
  /** From where else the dashboard may show posters and videos; without it only from here. */
  readonly mediaOrigins?: MediaOrigins;
  /** The folder with README.md and docs/, which are served at /docs. */
  readonly docsFolder?: string;
  /** Counts requests, and shows metrics at /metrics to who has the token (null: to nobody); without it nothing is counted. */
  readonly metrics?: { readonly recorder: Metrics; readonly token: string | null };
  /** Where videos are kept and read; without it nothing is below /videos/. */
  readonly videoFiles?: Omit<VideoDeps, 'gateway' | 'clock' | 'log'>;
  /** Answers requests below /sandbox/. */
  readonly sandbox: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};
