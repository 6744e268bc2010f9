import type { Mutant } from './mutant.ts';

const providerRequest = 'src/worker/requests.ts';

const life = 'src/domain/life.ts';

const view = 'src/read/views.ts';

const iterator = 'src/read/view.ts';

const store = 'src/adapter/store/sqlite/store.ts';

const admit = 'src/adapter/store/sqlite/admit.ts';

const changes = 'src/adapter/store/sqlite/changes.ts';

/** Mistakes with ends and with money. */
export const money: readonly Mutant[] = [
  {
    name: 'writes a change without compare-and-set',
    file: changes,
    find: '.where(asDecidedOn),',
    replace: '.where(eq(id, boundTo({ id }).id)),',
  },
  {
    name: 'writes a poll without compare-and-set',
    file: changes,
    find: '.where(asSeen),',
    replace: '.where(eq(id, boundTo({ id }).id)),',
  },
  {
    name: 'revives a released job, and captures it, when it is accepted late',
    file: life,
    find: '    accepted: acceptedTooLate,',
    replace: '    accepted,',
  },
  {
    name: 'captures a late video',
    file: life,
    find: '(isLate(job) ? arrive(job, event.video, { polledAt: given.now }) : null),',
    replace: "end(job, 'COMPLETED', given.now, { video: event.video, failure: null, polledAt: given.now }),",
  },
  {
    name: 'leaves a final state',
    file: life,
    find: '  COMPLETED: {},',
    replace: '  COMPLETED: running,',
  },
  {
    name: 'does not release',
    file: 'src/adapter/store/shared/account-step.ts',
    find: 'const released = { feed: 1, running: -1, held: -priceCredits };',
    replace: 'const released = { feed: 1, running: -1, held: 0 };',
  },
  {
    name: 'holds the price outside the transaction that stores the job',
    file: store,
    find: 'admit: async (admission) => inGroup(() => admit(admission)),',
    replace: 'admit: async (admission) => admit(admission),',
  },
  {
    name: 'writes the event outside the commit',
    file: store,
    find: 'commit: (change, now) => inGroup(() => write(change, now)),',
    replace: 'commit: async (change, now) => write(change, now),',
  },
  {
    name: 'books a grant in two transactions',
    file: store,
    find: 'grant: async (grant, entry) => inGroup(() => ledger.grant(grant, entry)),',
    replace: 'grant: async (grant, entry) => ledger.grant(grant, entry),',
  },
  {
    name: 'looks a key up after limits and credits',
    file: admit,
    find: 'const earlier = earlierOf(',
    replace: `const refusal = refusalOf(statements, admission, account);
    if (refusal !== null) return refusal;
    const earlier = earlierOf(`,
  },
  {
    name: 'does not look a key up',
    file: admit,
    find: 'if (earlier === null) return',
    replace: 'if (earlier !== undefined) return',
  },
  {
    name: 'treats a user in TEST as the same user in LIVE',
    file: 'src/gateway/authorized-reads.ts',
    find: 'job.owner === viewer.userId && job.environment === viewer.environment',
    replace: 'job.owner === viewer.userId',
  },
];

/** Mistakes in what clients see. */
export const views: readonly Mutant[] = [
  {
    name: 'reads before it listens',
    file: iterator,
    find: `    leave ??= registry.enter(view);
    isReading = true;
    dirty = false;
    isRefresh = isRefreshWanted;
    isRefreshWanted = false;
    read().then(take, fail);
`,
    replace: `    isReading = true;
    dirty = false;
    isRefresh = isRefreshWanted;
    isRefreshWanted = false;
    read().then((snapshot) => {
      // A read of SQLite and what follows it are one turn; other databases' results arrive later than they were true.
      setImmediate(() => {
        if (!closed) leave ??= registry.enter(view);
      });
      take(snapshot);
    }, fail);
`,
  },
  {
    name: 'forgets a ring that comes during a read',
    file: iterator,
    find: '    items.push(...snapshot.items);\n',
    replace: '    items.push(...snapshot.items);\n    dirty = false;\n',
  },
  {
    name: 'relies on rings alone',
    file: view,
    find: '    for (const view of views) view.wake();\n',
    replace: '',
  },
  {
    name: 'rings before the commit',
    file: providerRequest,
    find: 'if (await store.commit(change, given.now)) return publish(change);',
    replace: 'publish(change);\n        if (await store.commit(change, given.now)) return;',
  },
  {
    name: 'reads the cursor of a feed separately from its events',
    file: 'src/read/watch.ts',
    find: '    position = events.at(-1)?.feed ?? from;\n',
    replace: '    position = (await store.readFeed(account.id, from, 1)).head;\n',
  },
];
