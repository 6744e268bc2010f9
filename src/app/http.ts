import { join } from 'node:path';
import { createSchema } from '../../schema/index.ts';
import type { Sandbox } from '../adapter/provider/sandbox/sandbox.ts';
import type { Config } from '../config/config.ts';
import { bracketed } from '../lib/address.ts';
import { projectRoot } from '../lib/package.ts';
import type { Metrics } from '../ports/metrics.ts';
import { openServer, type Server, type ServerOptions } from '../server/server.ts';
import type { Media } from './media.ts';
import { noMetrics } from './metrics.ts';
import type { Core } from './pollers.ts';
import { mediaOriginsOf } from './videos.ts';

/** What the server serves. */
type ServedParts = Pick<ServerOptions, 'gateway' | 'httpGet'> & {
  readonly sandbox: Sandbox;
  readonly media: Media;
  readonly metrics: Metrics;
};

/** Opens the server as a configuration says. */
export function openHttp(
  config: Config,
  { store, bell, clock, log }: Core,
  { gateway, sandbox, media, metrics, httpGet }: ServedParts,
): Promise<Server> {
  return openServer({
    host: config.host,
    port: config.port,
    publicUrl: (port) => config.publicUrl ?? `http://${bracketed(config.host)}:${port}`,
    identity:
      config.auth.kind === 'demo'
        ? { kind: 'demo', liveEnabled: config.segmind !== null }
        : { ...config.auth, liveEnabled: config.segmind !== null },
    credentials: store,
    ...(httpGet === undefined ? {} : { httpGet }),
    bell,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    trustedDocuments: config.trustedDocuments,
    requestsPerMinute: config.userRequestsPerMinute,
    anonymousRequestsPerMinute: config.anonymousRequestsPerMinute,
    socketsPerUser: config.userSockets,
    operationsPerSocket: config.socketSubscriptions,
    keepAliveMs: config.keepAliveMs,
    schema: createSchema(),
    gateway,
    clock,
    log,
    ready: () => store.ping(),
    ...(metrics === noMetrics ? {} : { metrics: { recorder: metrics, token: config.metrics.token } }),
    dashboardFolder: join(projectRoot(), 'dashboard', 'dist'),
    mediaOrigins: mediaOriginsOf(config.media),
    docsFolder: projectRoot(),
    videoFiles: { ...media, redirects: config.media.redirect, bell },
    sandbox: (request, response) => sandbox.handle(request, response),
  });
}
