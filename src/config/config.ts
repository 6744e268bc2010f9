import { isLoopback } from '../lib/address.ts';
import { tlsProblemOf } from '../lib/postgres-url.ts';
import type { Proxies } from '../lib/proxy.ts';
import { escapingHint, parseServerUrl } from '../lib/server-url.ts';
import type { Subnet } from '../lib/subnet.ts';
import type { LogLevel } from '../ports.ts';
import { type AuthConfig, isSafe, readAuth } from './auth.ts';
import { type BudgetConfig, readBudgets } from './budgets.ts';
import { createSettings, type Settings, type Variables } from './env.ts';
import { type Failpoint, failpointNames, readFailpoint } from './failpoint.ts';
import { readHost } from './host.ts';
import { type MediaConfig, readMedia, s3Names } from './media.ts';
import { type MetricsConfig, readMetrics } from './metrics.ts';
import { readOrigins } from './origins.ts';
import { readProxies } from './proxy.ts';
import { readPublicUrl } from './public-url.ts';
import { readRedisUrl } from './redis-url.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import { readTrustedProxies } from './trusted-proxies.ts';
import { readWebhooks, type WebhookConfig } from './webhooks.ts';

/** Invalid settings that stop the start. Each line of the message names a setting, what is wrong and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** How to reach the provider. */
type SegmindConfig = {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly workflow: string;
  readonly auth: 'bearer' | 'x-api-key' | 'both';
  readonly seedType: 'string' | 'number';
  readonly requestsPerMinute: number;
  readonly resend5xx: number;
  /** Below so many credits of the provider the operator wants to know; null: never. */
  readonly lowCredits: number | null;
};

/** All settings, parsed once from the environment variables. */
export type Config = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a trailing slash; null: derived from the host and the bound port. */
  readonly publicUrl: string | null;
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number;
  /** How long it serves on after a request to stop, while it reports that it is not ready. */
  readonly shutdownDelayMs: number;
  readonly databaseUrl: string;
  /** The Redis that connects the nodes of an installation; null for a single node. */
  readonly redisUrl: string | null;
  /** For connections to the provider, its videos, the keys of tokens and S3. */
  readonly proxies: Proxies;
  /** Null: sandbox only. */
  readonly segmind: SegmindConfig | null;
  readonly pollIntervalMs: number;
  readonly jobDeadlineMs: number;
  readonly userRequestsPerMinute: number;
  /** Per address, without a token. */
  readonly anonymousRequestsPerMinute: number;
  readonly userJobsPerMinute: number;
  readonly userJobsInFlight: number;
  readonly userSockets: number;
  readonly socketSubscriptions: number;
  readonly media: MediaConfig;
  readonly metrics: MetricsConfig;
  readonly webhooks: WebhookConfig;
  readonly allowedOrigins: readonly string[];
  /** The proxies whose forwarded headers are believed. */
  readonly trustedProxies: readonly Subnet[];
  /** The only documents that clients may run, by id; null: any document. */
  readonly trustedDocuments: ReadonlyMap<string, string> | null;
  readonly priceCredits: number;
  readonly liveSignupCredits: number;
  readonly budgets: BudgetConfig;
  readonly auth: AuthConfig;
  readonly logLevel: LogLevel;
  /** The settings of the installation by name, for the audit log; never a secret. */
  readonly effective: ReadonlyMap<string, string>;
  /** Where the process kills itself; null except in crash tests. */
  readonly failpoint: Failpoint | null;
};

/** What `reelgate listen` reads. */
const tokenOfListen = 'REELGATE_TOKEN';

const logLevels = ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'] as const;

/** Parses the environment variables. Throws a ConfigError that names every invalid setting. */
export function readConfig(variables: Variables): Config {
  const settings = createSettings(variables);
  const { whole, oneOf, text, refuse } = settings;
  const host = readHost(settings);
  const auth = readAuth(settings, host);
  const publicUrl = readPublicUrl(settings);
  if (publicUrl === null && !isLoopback(host) && text('PUBLIC_URL') === null) {
    refuse('PUBLIC_URL', `must be set because HOST (${host}) is not loopback: it is the URL that clients use.`);
  }

  const segmind = readSegmind(settings);
  const redisUrl = readRedisUrl(settings);
  const config: Config = {
    host,
    port: whole('PORT', { min: 0, max: 65_535, byDefault: 4000 }),
    publicUrl,
    keepAliveMs: whole('KEEP_ALIVE_SECONDS', { min: 1, max: 3600, byDefault: 65 }) * 1000,
    shutdownDelayMs: whole('SHUTDOWN_DELAY_SECONDS', { min: 0, max: 300, byDefault: 0 }) * 1000,
    databaseUrl: readDatabaseUrl(settings),
    redisUrl,
    proxies: readProxies(settings),
    segmind,
    pollIntervalMs: whole('POLL_INTERVAL_MS', { min: 100, max: 60_000, byDefault: 7000 }),
    jobDeadlineMs: whole('JOB_DEADLINE_SECONDS', { min: 1, max: 3300, byDefault: 1200 }) * 1000,
    userRequestsPerMinute: whole('USER_REQUESTS_PER_MINUTE', { min: 1, max: 1_000_000, byDefault: 3000 }),
    anonymousRequestsPerMinute: whole('ANONYMOUS_REQUESTS_PER_MINUTE', { min: 1, max: 1_000_000, byDefault: 120 }),
    userJobsPerMinute: whole('USER_JOBS_PER_MINUTE', { min: 1, max: 1_000_000, byDefault: 60 }),
    userJobsInFlight: whole('USER_JOBS_IN_FLIGHT', { min: 1, max: 1_000_000, byDefault: 50 }),
    userSockets: whole('USER_SOCKETS', { min: 1, max: 100_000, byDefault: 20 }),
    socketSubscriptions: whole('SOCKET_SUBSCRIPTIONS', { min: 1, max: 10_000, byDefault: 100 }),
    media: readMedia(settings, redisUrl !== null),
    metrics: readMetrics(settings),
    webhooks: readWebhooks(settings),
    allowedOrigins: readOrigins(settings),
    trustedProxies: readTrustedProxies(settings),
    trustedDocuments: readTrustedDocuments(settings),
    priceCredits: whole('VIDEO_PRICE_CREDITS', { min: 0, max: 1_000_000, byDefault: 67 }),
    liveSignupCredits: whole('SIGNUP_CREDITS', {
      min: 0,
      max: 1_000_000_000,
      byDefault: auth.kind === 'demo' ? 1000 : 0,
    }),
    budgets: readBudgets(settings),
    auth,
    logLevel: oneOf('LOG_LEVEL', logLevels),
    failpoint: readFailpointSetting(settings, segmind),
    effective: settings.effective,
  };
  settings.refuseUnknown([...s3Names, tokenOfListen]);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems.join('\n'));
  return config;
}

function readDatabaseUrl({ secret, refuse }: Settings): string {
  const url = secret('DATABASE_URL') ?? 'file:./data/reelgate.db';
  if (/^file:./.test(url)) return url;
  if (!/^postgres(ql)?:\/\/./.test(url))
    refuse('DATABASE_URL', 'must be file:PATH (SQLite) or postgres://… (PostgreSQL).');
  else if (parseServerUrl(url) === null)
    refuse('DATABASE_URL', `cannot be read as postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${escapingHint}`);
  const problem = tlsProblemOf(url);
  if (problem !== null) refuse('DATABASE_URL', problem);
  return parseServerUrl(url)?.href ?? url;
}

function readSegmind(settings: Settings): SegmindConfig | null {
  const { text, secret, url, oneOf, whole, refuse } = settings;
  const apiKey = secret('SEGMIND_API_KEY');
  const baseUrl = url('SEGMIND_BASE_URL') ?? new URL('https://api.segmind.com');
  const workflow = text('SEGMIND_WORKFLOW') ?? '67c6b3b9f6cf2bb5a9b16b3e-v8';
  if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey))
    refuse('SEGMIND_API_KEY', 'must be printable ASCII without spaces.');
  if (!isSafe(baseUrl)) refuse('SEGMIND_BASE_URL', 'must use https; http is allowed for loopback only.');
  if (!/^[\w.-]{1,100}$/.test(workflow)) refuse('SEGMIND_WORKFLOW', 'must look like 67c6b3b9f6cf2bb5a9b16b3e-v8.');
  const rest = {
    baseUrl: plain(baseUrl),
    workflow,
    auth: oneOf('SEGMIND_AUTH', ['bearer', 'x-api-key', 'both']),
    seedType: oneOf('SEGMIND_SEED_TYPE', ['string', 'number']),
    requestsPerMinute: whole('SEGMIND_REQUESTS_PER_MINUTE', { min: 1, max: 1_000_000, byDefault: 300 }),
    resend5xx: whole('SEGMIND_RESEND_5XX', { min: 0, max: 10, byDefault: 0 }),
    lowCredits: whole('SEGMIND_LOW_CREDITS', { min: 0, max: 1_000_000, byDefault: 0 }) || null,
  };
  return apiKey === null ? null : { apiKey, ...rest };
}

/** Refuses an unknown failpoint, and any failpoint with a real provider, where a crash could cost money. */
function readFailpointSetting({ text, refuse }: Settings, segmind: SegmindConfig | null): Failpoint | null {
  const value = text('REELGATE_FAILPOINT');
  if (value === null) return null;
  const failpoint = readFailpoint(value);
  if (failpoint === null)
    refuse(
      'REELGATE_FAILPOINT',
      `is for crash tests: unset it, or set it to one of ${failpointNames.join(', ')}, or one of them with :n.`,
    );
  if (segmind !== null && !isLoopback(new URL(segmind.baseUrl).hostname))
    refuse('REELGATE_FAILPOINT', 'is for crash tests: unset it, or set SEGMIND_BASE_URL to a loopback address.');
  return failpoint;
}

function plain(url: URL): string {
  return url.href.replace(/\/+$/, '');
}
