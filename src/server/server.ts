import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { sdlOf } from '../../schema/sdl.ts';
import { keyTopic } from '../gateway/credentials.ts';
import { basePathOf, createBaseRemoval } from '../lib/base-path.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { Gauges } from '../ports/metrics.ts';
import type { Verify } from './auth/auth-result.ts';
import { createVerifier } from './auth/identity.ts';
import { createLimitReport } from './auth/limit-report.ts';
import { createOriginCheck } from './auth/origin.ts';
import { createRecheck } from './auth/recheck.ts';
import { withRefusalLog } from './auth/refusal-log.ts';
import { createExecution } from './execution.ts';
import { createRunningOperations } from './graphql/running-operations.ts';
import { createAnonymousLimit } from './http/anonymous-limit.ts';
import { createTrustedProxies, mayForwardHost } from './http/client-address.ts';
import { openStreams, type Streams } from './http/event-stream.ts';
import { createExportHandle } from './http/export.ts';
import { createGraphqlHandler } from './http/handler.ts';
import { createReadParams } from './http/read-params.ts';
import { listenAt, stopListening } from './listen.ts';
import { handleUpgrades, OfferingRequest } from './offered-upgrade.ts';
import { watchOpenFiles } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createDashboard } from './page/dashboard.ts';
import { createDocs } from './page/docs.ts';
import { createGraphiQL } from './page/graphiql.ts';
import { createListener } from './router.ts';
import { createVideos } from './video/handler.ts';
import { createHub } from './websocket/hub.ts';
import { createOperations } from './websocket/operations.ts';
import { createProtocol } from './websocket/protocol.ts';
import { openSockets, type Sockets } from './websocket/upgrade.ts';

/** What a server receives. */
export type { ServerOptions } from './options.ts';

/** A server that is listening. It closes in steps: leave, drain, finish, closeSockets, close. The sandbox answers until the last. */
export interface Server {
  readonly port: number;
  /** The URL at which clients reach it, without a trailing slash. */
  readonly url: string;
  /** Reports "not ready" and ends each connection after its response, but serves as before. */
  leave(): void;
  /** Reports "not ready" and refuses new operations and sockets; running ones continue. */
  drain(): void;
  /** Waits until running queries and mutations are answered, 10 s at most. */
  finish(): Promise<void>;
  /** Closes WebSockets with 1012 and ends event streams. */
  closeSockets(): Promise<void>;
  /** Stops listening; running requests have one more second. */
  close(): Promise<void>;
}

/** Longer than the minute for which load balancers keep idle connections: closing first could cut off a request that was just sent. */
const defaultKeepAliveMs = 65_000;

const headersAfterKeepAliveMs = 1000;

const bodyWithinMs = 20_000;

const requestsCheckedEveryMs = 5000;

/** A mutation answers within 4 s, on a busy machine a little later. */
const finishWithinMs = 10_000;

/** Opens a server. Fulfils when it listens; rejects with a ListenError where it cannot. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { keepAliveMs = defaultKeepAliveMs } = options;
  const headersTimeout = keepAliveMs + headersAfterKeepAliveMs;
  const http = createServer({
    IncomingMessage: OfferingRequest,
    keepAliveTimeout: keepAliveMs,
    headersTimeout,
    requestTimeout: headersTimeout + bodyWithinMs,
    connectionsCheckingInterval: requestsCheckedEveryMs,
  });
  const port = await listenAt(http, options.host, options.port);
  const url = options.publicUrl(port);
  const { leave, drain, finish, closeSockets } = serve(http, url, options);
  return {
    port,
    url,
    leave,
    drain,
    finish,
    closeSockets,
    async close() {
      await closeSockets();
      await stopListening(http, options.clock);
    },
  };
}

/** Builds the request handlers and attaches them to the HTTP server. */
function serve(
  http: HttpServer<typeof OfferingRequest>,
  url: string,
  options: ServerOptions,
): Pick<Server, 'leave' | 'drain' | 'finish' | 'closeSockets'> {
  const { identity, clock, log } = options;
  const loopbackOnly = identity.kind === 'demo';
  const environment = loopbackOnly ? (identity.liveEnabled ? 'LIVE' : 'TEST') : null;
  let [leaving, draining] = [false, false];
  const isLeaving = () => leaving || draining;
  const isDraining = () => draining;
  const running = createRunningOperations();

  const proxies = createTrustedProxies(options.trustedProxies ?? []);
  const { metrics = null } = options;
  const noted = metrics?.recorder.limitHit;
  const reports = { log, clock, ...(noted === undefined ? {} : { noted }) };
  const limits = createLimitReport(reports);
  const { documents, engine, yoga } = createExecution(options, { limits, isDraining });
  const verifier = createVerifier(identity, { clock, log, credentials: options.credentials, httpGet: options.httpGet });
  const verify = withRefusalLog(verifier.verify, { clock, log });
  const stopListening = options.bell?.listen(keyTopic, verifier.forget);
  const recheck = createRecheck({ verify: verifier.verifyAgain, clock, log });
  const isProxy = (request: IncomingMessage) => mayForwardHost(request, proxies);
  const { allowedOrigins } = options;
  const origins = createOriginCheck({ publicUrl: url, allowedOrigins, isProxy, clock, log });
  const streams = openStreams({ recheck, limits, clock });
  const base = basePathOf(url);
  const { page: graphiql, assets } = createGraphiQL({ environment, base });
  const graphql = createGraphqlHandler({
    engine,
    yoga,
    direct: options.http !== 'yoga',
    readParams: createReadParams(documents),
    verify,
    anonymousLimit: createAnonymousLimit(proxies, { limits, clock }, options.anonymousRequestsPerMinute),
    recheck,
    streams,
    allowsOrigin: origins.allows,
    graphiql,
    isDraining,
    running,
  });
  const { socketsPerUser, operationsPerSocket } = options;
  const hub = options.hub === 'none' ? null : createHub(engine);
  const operations = createOperations({ engine, hub, runningOperations: running, operationsPerSocket, limits });
  const protocol = createProtocol({ operations, documents, verify, recheck, socketsPerUser, limits, clock, log });
  const sockets = openSockets({ base, protocol, recheck, origins, loopbackOnly, isDraining, clock, log });

  const foreignIn = loopbackOnly ? origins.foreignIn : null;
  const files = openFiles(options, url, verify);
  metrics?.recorder.watch(countsOf(sockets, streams));
  const withoutBase = createBaseRemoval(base);
  const listener = createListener({ ...files, base, metrics, graphql, assets, isLeaving, foreignIn, clock, log });
  handleUpgrades(http, (request, connection, head) => sockets.upgrade(withoutBase(request), connection, head));
  http.on('request', (request, response) => listener(withoutBase(request), response));
  http.on('error', (error) => log.error({ err: error }, 'The server could not accept a connection.'));
  const stopWatching = watchOpenFiles(reports);
  return {
    leave() {
      leaving = true;
    },
    async finish() {
      await withTimeout(running.ended(), finishWithinMs, clock);
    },
    drain() {
      draining = true;
    },
    async closeSockets() {
      draining = true;
      stopListening?.();
      stopWatching();
      files.close();
      await Promise.all([sockets.close(), streams.close()]);
    },
  };
}

/** How many sockets are open, and how many operations run on them and on streams. */
function countsOf(sockets: Sockets, streams: Streams): Gauges {
  return {
    sockets: () => sockets.count().sockets,
    subscriptions: () => sockets.count().operations + streams.count(),
  };
}

/** Opens what is served beside the API: pages, documents, exports, the sandbox and videos. */
function openFiles(options: ServerOptions, url: string, verify: Verify) {
  const {
    schema,
    gateway,
    sandbox,
    ready,
    dashboardFolder = null,
    docsFolder = null,
    mediaOrigins = { posters: [], videos: [] },
    videoFiles,
    clock,
    log,
  } = options;
  const videos = videoFiles === undefined ? null : createVideos({ ...videoFiles, gateway, clock, log });
  let text: string | null = null;
  return {
    dashboard: createDashboard({ folder: dashboardFolder, publicUrl: url, mediaOrigins }),
    docs: createDocs(docsFolder),
    sdl: () => {
      text ??= sdlOf(schema);
      return text;
    },
    exports: createExportHandle({ exporter: gateway, verify }),
    sandbox,
    ready,
    videos: videos?.handle ?? null,
    close: () => videos?.close(),
  };
}
