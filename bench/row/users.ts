import type { Fleet, User } from '../fleet.ts';
import { peerNames, serverNames } from '../fleet.ts';
import { inRotation, type Measurements } from '../measure.ts';
import { initMessage, operations, subscribeMessage } from '../operation.ts';
import { cheaperThan } from './line.ts';
import { type Row, type Scale, teamName } from './scale.ts';
import { closeScene, competitorsOf, costOfPublishing, openScene, type Scene } from './scene.ts';

const costs = 'CPU per message, µs';

/** Publishes a scene's change again and again, at each of these servers in turn: its CPU time, or what else is measured. */
export async function costsOfScene(
  { fleet, names, scale }: { readonly fleet: Fleet; readonly names: readonly string[]; readonly scale: Scale },
  scene: Scene,
  measure = costOfPublishing,
): Promise<Measurements> {
  const competitors = competitorsOf(fleet, names);
  await openScene(competitors, scene);
  const measurements = await inRotation(names, scale, (name) => measure(fleet.competitor(name), scene, scale.changes));
  await closeScene(competitors);
  return measurements;
}

/** The first job of a user, by its public id. */
export function firstJobOf({ jobs }: Fleet, { places: [place = 0] }: User): string | undefined {
  return jobs[place]?.job.id;
}

/** Each user watches a job of their own, with its progress, and all jobs are polled. */
export function usersScene(fleet: Fleet, { users: count }: Scale): Scene {
  const watching = fleet.users.slice(0, count);
  return {
    groups: watching.map((user) => ({
      sockets: 1,
      init: initMessage(user.token),
      messages: [subscribeMessage('1', operations.jobProgress, { id: firstJobOf(fleet, user) })],
    })),
    change: { kind: 'polled', jobs: watching.flatMap(({ places }) => places.slice(0, 1)) },
    results: watching.length,
  };
}

/** Dashboards on a feed each: all jobs of all of them move. */
export function eventsScene(fleet: Fleet, { dashboards }: Scale): Scene {
  const watching = fleet.users.slice(0, dashboards);
  const jobs = watching.flatMap(({ places }) => places);
  return {
    groups: watching.map(({ token }) => ({
      sockets: 1,
      init: initMessage(token),
      messages: [subscribeMessage('1', operations.jobEvents, {})],
    })),
    change: { kind: 'moved', jobs },
    results: jobs.length,
  };
}

/** Sockets of one account, each of which watches some of its jobs: as many as a socket may by default. */
export function teamScene(fleet: Fleet, scale: Scale): Scene {
  const account = teamOf(fleet);
  const { sockets, jobs, watched } = scale.team;
  const messagesOf = (socket: number) =>
    Array.from({ length: watched }, (_, nth) => {
      const place = account.places[(socket * watched + nth) % jobs] ?? 0;
      return subscribeMessage(`${nth}`, operations.jobProgress, { id: fleet.jobs[place]?.job.id });
    });
  return {
    groups: Array.from({ length: sockets }, (_, socket) => ({
      sockets: 1,
      init: initMessage(account.token),
      messages: messagesOf(socket),
    })),
    change: { kind: 'polled', jobs: account.places },
    results: sockets * watched,
  };
}

/** Sockets of one account, each on the feed of all its jobs, as a team's dashboards are: all jobs move. */
export function teamFeedScene(fleet: Fleet, { team: { sockets, jobs } }: Scale): Scene {
  const account = teamOf(fleet);
  return {
    groups: [
      { sockets, init: initMessage(account.token), messages: [subscribeMessage('1', operations.jobEvents, {})] },
    ],
    change: { kind: 'moved', jobs: account.places },
    results: sockets * jobs,
  };
}

function teamOf(fleet: Fleet): User {
  const account = fleet.users.find(({ name }) => name === teamName);
  if (account === undefined) throw new Error('There is no service account');
  return account;
}

/** Users who each watch their own job. */
export const users: Row = {
  name: 'users',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const measurements = await costsOfScene({ fleet, names: serverNames, scale }, usersScene(fleet, scale));
    const work = `${scale.users.toLocaleString('en')} users, a socket and a job each`;
    return [
      cheaperThan(measurements, { work, against: 'raw ws', others: ['raw'], floor: 0.6, goal: 1, costs }),
      cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 2.2, goal: 3.5, costs }),
    ];
  },
};

/** Users who each watch all their jobs. */
export const events: Row = {
  name: 'events',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const names = ['reelgate', ...peerNames];
    const measurements = await costsOfScene({ fleet, names, scale }, eventsScene(fleet, scale));
    const work = `${scale.dashboards} dashboards on jobEvents, ${scale.jobsEach} running jobs each`;
    return [cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 3, goal: 6, costs })];
  },
};

/** A service account that watches its jobs from many sockets. */
export const team: Row = {
  name: 'team',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const measurements = await costsOfScene(
      { fleet, names: ['reelgate', ...peerNames], scale },
      teamScene(fleet, scale),
    );
    const { sockets, jobs, watched } = scale.team;
    const work = `a team: ${sockets} sockets of one account, ${watched} of its ${jobs} jobs each`;
    return [cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 8, goal: 20, costs })];
  },
};
