import type { Competitor, Fleet, User } from '../fleet.ts';
import { peerNames, serverNames } from '../fleet.ts';
import { inRotation, type Measurement } from '../measure.ts';
import { bodyOf, operations } from '../operation.ts';
import type { HttpRequest } from '../process/load-http.ts';
import type { Line } from '../table.ts';
import { cheaperThan } from './line.ts';
import type { FleetKind, Row, Scale, Stage } from './scale.ts';
import { firstJobOf } from './users.ts';

export type Volley = { readonly each: readonly HttpRequest[]; readonly connections: number; readonly requests: number };

/** What differs between two responses to one request: random ids, and progress, which goes on meanwhile. */
const varying = /"(?:fraction|elapsedSeconds|remainingSeconds)":[^,}]+|"estimatedFinishAt":(?:null|"[^"]*")/g;

const randomIds = /"id":"[^"]*"/g;

/** The header of a user's requests. */
function authorizationOf({ token }: User): string {
  return `Bearer ${token}`;
}

/** Sends one request to each, and throws if a response differs from the first. */
async function compare({ http }: Fleet, targets: readonly Competitor[], each: HttpRequest, ignored: RegExp) {
  const responses: string[] = [];
  for (const { name, port } of targets) {
    const { response } = await http.ask('send', { port, path: '/graphql', each: [each], connections: 1, requests: 1 });
    const { data }: { data: unknown } = JSON.parse(response);
    const text = JSON.stringify(data).replace(ignored, '…');
    if (text !== (responses[0] ?? text))
      throw new Error(`${name} responds differently: ${response}\nwhere the first responded ${responses[0]}`);
    responses.push(text);
  }
}

/** Sends a volley of requests; `by` selects the cost: the server's CPU or elapsed time, both in microseconds per request. */
export async function costOf(
  { http }: Fleet,
  { server, port }: Competitor,
  volley: Volley,
  by: 'cpu' | 'time',
): Promise<Measurement> {
  const [serverBefore, generatorBefore] = [await server.cpuMicros(), await http.cpuMicros()];
  const { wallMicros } = await http.ask('send', { port, path: '/graphql', ...volley });
  const cpuMicros = (await server.cpuMicros()) - serverBefore;
  const generator = ((await http.cpuMicros()) - generatorBefore) / wallMicros;
  return { cost: (by === 'cpu' ? cpuMicros : wallMicros) / volley.requests, generator };
}

/** A request of each user for their job. */
export function jobRequests(fleet: Fleet): readonly HttpRequest[] {
  return fleet.users.map((user) => ({
    body: bodyOf(operations.job, { id: firstJobOf(fleet, user) }),
    authorization: authorizationOf(user),
  }));
}

/** A request of each dashboard's user for a page of their jobs. */
export function pageRequests(fleet: Fleet, { dashboards, jobsEach }: Scale): readonly HttpRequest[] {
  return fleet.users.slice(0, dashboards).map((user) => ({
    body: bodyOf(operations.jobs, { first: jobsEach }),
    authorization: authorizationOf(user),
  }));
}

/** A new job of each user who has few: no round reaches the default limit of running jobs. */
export function generateRequests(fleet: Fleet, { dashboards, users }: Scale): readonly HttpRequest[] {
  const body = bodyOf(operations.generateVideo, { input: { prompt: 'Two people shaking hands' } });
  return fleet.users.slice(dashboards, users).map((user) => ({ body, authorization: authorizationOf(user) }));
}

/** One job by id, read from SQLite, over kept-alive connections. */
async function measureJob({ scale, fleet: open }: Stage, kind: FleetKind, algorithm: string): Promise<readonly Line[]> {
  const fleet = await open(kind);
  const each = jobRequests(fleet);
  const targets = serverNames.map((name) => fleet.competitor(name));
  await compare(fleet, targets, each[0] ?? { body: '' }, varying);
  const volley = { each, connections: 16, requests: scale.reads };
  const measurements = await inRotation(serverNames, scale, (name) =>
    costOf(fleet, fleet.competitor(name), volley, 'cpu'),
  );
  const work = `HTTP, a job by id, ${algorithm}`;
  const costs = 'CPU per request, µs';
  return [
    cheaperThan(measurements, {
      work,
      against: 'hand-written handler',
      others: ['raw'],
      floor: 0.8,
      goal: 0.95,
      costs,
    }),
    cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 1.3, goal: 2, costs }),
  ];
}

/** A job by id, each request by another user. */
export const httpJob: Row = { name: 'http-job', measure: (stage) => measureJob(stage, 'users', 'HS256') };

/** The same with tokens whose key an issuer publishes. */
export const httpPublished: Row = {
  name: 'http-published',
  measure: (stage) => measureJob(stage, 'published', 'ES256'),
};

/** A page of jobs with their progress, as a list shows it. */
export const httpPage: Row = {
  name: 'http-page',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const each = pageRequests(fleet, scale);
    const names = ['reelgate', ...peerNames];
    const targets = names.map((name) => fleet.competitor(name));
    await compare(fleet, targets, each[0] ?? { body: '' }, varying);
    const volley = { each, connections: 16, requests: scale.pages };
    const measurements = await inRotation(names, scale, (name) => costOf(fleet, fleet.competitor(name), volley, 'cpu'));
    const work = `HTTP, a page of ${scale.jobsEach} jobs with progress`;
    const costs = 'CPU per request, µs';
    return [cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 1.3, goal: 2, costs })];
  },
};

/** `generateVideo`, stored durably and submitted, many at a time. It measures elapsed time, because the disk is the limit. */
export const generate: Row = {
  name: 'generate',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const each = generateRequests(fleet, scale);
    const names = ['reelgate', ...peerNames];
    const targets = names.map((name) => fleet.competitor(name));
    await compare(fleet, targets, each[0] ?? { body: '' }, randomIds);
    const volley = { each, connections: 64, requests: scale.mutations };
    const measurements = await inRotation(names, scale, (name) =>
      costOf(fleet, fleet.competitor(name), volley, 'time'),
    );
    const work = 'HTTP, generateVideo with synchronous=FULL';
    const costs = 'time per request, µs';
    return [cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 2.5, goal: 4, costs })];
  },
};
