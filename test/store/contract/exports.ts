import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { anyTime } from '../../../src/domain/period.ts';
import { createExporter, type ExportRequest, settleMs } from '../../../src/gateway/export.ts';
import type { Store } from '../../../src/ports.ts';
import { entryOf } from './audit.ts';
import { admit, ana, bob, first, grantOf, live, lives, type OpenDatabase, start } from './world.ts';

/** A clock whose waits take no time; `whileWaiting` runs in each. */
function createStepClock(now: number, whileWaiting: () => Promise<unknown> = async () => undefined) {
  let at = now;
  return {
    now: () => at,
    after(ms: number, callback: () => void) {
      at += ms;
      whileWaiting().then(callback, callback);
      return () => undefined;
    },
  };
}

const ledger: ExportRequest = {
  kind: 'ledger',
  format: 'ndjson',
  environments: ['TEST'],
  period: anyTime,
  after: null,
};

type Row = {
  readonly cursor: string;
  readonly id: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly reason: string;
};

function rowsOf(text: string): readonly Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

/** The rows of an export, or of its first pieces. */
async function read(
  store: Store,
  clock: ReturnType<typeof createStepClock>,
  request: ExportRequest,
  most = Number.POSITIVE_INFINITY,
) {
  const file = createExporter({ store, clock }).export(request);
  if (file === null) throw new Error('The cursor was refused');
  const rows: Row[] = [];
  let pieces = 0;
  for await (const piece of file.pieces) {
    rows.push(...rowsOf(piece));
    pieces += 1;
    if (pieces >= most) break;
  }
  return rows;
}

/** An id of an instant, as the gateway makes them: the time in hexadecimal digits, then what tells ids of one instant apart. */
function idAt(at: number, rest: number): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(rest).padStart(12, '0')}`;
}

/** Adds an entry of the audit log made at an instant, whose id may have another one. */
async function audited(store: Store, at: number, rest: number, patch: Partial<AuditEntry> = {}): Promise<AuditEntry> {
  const entry = entryOf({ id: idAt(at, rest), at, reason: `Entry ${rest}`, ...patch });
  await store.addAuditEntry(entry);
  return entry;
}

const grants = (store: Store, count: number, createdAt: (index: number) => number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.grant(grantOf({ account: index % 2 === 0 ? ana : bob, credits: 1, createdAt: createdAt(index) })),
    ),
  );

export function describeExports(open: OpenDatabase): void {
  describe('an export', () => {
    test('that was cut is resumed in its middle while rows arrive: every row is there, once, in order', async () => {
      const { store } = await open();
      // Three entries of each instant, so that a page ends between two of one.
      await grants(store, 620, (index) => start + Math.floor(index / 3));
      const now = start + 60_000;
      const part = (await read(store, createStepClock(now), ledger, 1)).slice(0, 251);
      await grants(store, 40, () => now - 10);
      const after = part.at(-1)?.cursor ?? '';
      const rest = await read(store, createStepClock(now), { ...ledger, after });
      const rows = [...part, ...rest];
      const accounts = [await store.arrive(ana, 0, 0), await store.arrive(bob, 0, 0)];
      const pages = await Promise.all(accounts.map(({ id }) => store.listLedger(id, first(1000))));
      expect(rows).toHaveLength(pages.reduce((sum, { items }) => sum + items.length, 0));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      expect(rows.map(({ createdAt }) => createdAt)).toEqual(rows.map(({ createdAt }) => createdAt).toSorted());
      expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set(['ana', 'bob']));
      const last = rows.at(-1)?.cursor ?? '';
      expect(await read(store, createStepClock(now + 1), { ...ledger, after: last })).toEqual([]);
    });

    test('has every row from before it began, and none before a cursor that it gave out comes later', async () => {
      const { store } = await open();
      const now = start + 60_000;
      await grants(store, 1, () => now);
      let waits = 0;
      // These bear instants from before the export began and shortly after, and are committed while it waits.
      const late = async () => {
        waits += 1;
        await grants(store, 1, () => now - 1);
        await grants(store, 1, () => now + 1);
      };
      const clock = createStepClock(now, late);
      const rows = await read(store, clock, ledger);
      expect([waits, clock.now()]).toEqual([1, now + settleMs]);
      // Each grant to a new user comes after their sign-up credits; both of ana's accounts are one.
      const instants = rows.map(({ createdAt }) => Date.parse(createdAt) - now);
      expect(instants).toEqual([-1, 0, 0]);
      const more = await read(store, createStepClock(now + 10_000), { ...ledger, after: rows.at(-1)?.cursor ?? '' });
      expect(more.map(({ createdAt }) => Date.parse(createdAt) - now)).toEqual([1]);
    });

    test('of jobs has their state and what they cost, by environment, and neither prompt nor video', async () => {
      const { store } = await open();
      const { job } = await admit(store, {
        input: { prompt: 'A secret boat', aspectRatio: 'SQUARE_1_1', seed: 1, externalId: '=1+1' },
      });
      await live(store, job, lives.completed);
      await admit(store, { account: { ...ana, environment: 'LIVE' } });
      const request = { ...ledger, kind: 'jobs', environments: ['LIVE', 'TEST'] } as const;
      const rows = await read(store, createStepClock(start + 60_000), request);
      expect(rows).toMatchObject([
        { environment: 'LIVE', status: 'PENDING', chargeState: 'HELD', credits: 67, finishedAt: null },
        { environment: 'TEST', jobId: job.id, status: 'COMPLETED', chargeState: 'CAPTURED', externalId: '=1+1' },
      ]);
      expect(JSON.stringify(rows)).not.toMatch(/secret boat|images\.example/);
      const [inLive] = rows;
      const after = inLive?.cursor ?? '';
      expect(await read(store, createStepClock(start + 60_000), { ...request, after })).toEqual(rows.slice(1));
      const exporter = createExporter({ store, clock: createStepClock(start) });
      for (const wrong of ['x', '', `${after}=`]) expect(exporter.export({ ...request, after: wrong })).toBeNull();
      expect(exporter.export({ ...request, after, environments: ['TEST'] })).toBeNull();
      expect(exporter.export({ ...request, after, kind: 'ledger' })).toBeNull();
    });

    test('of a period has the rows that were made in it, and goes on in it from a cursor', async () => {
      const { store } = await open();
      // Sign-up credits bear the instant of whichever grant of a new user is stored first.
      await grants(store, 2, () => start);
      await grants(store, 40, (index) => start + index * 1000);
      const clock = createStepClock(start + 30_000);
      const period = { from: start + 10_000, to: start + 20_000 };
      const rows = await read(store, clock, { ...ledger, period });
      const instants = rows.map(({ createdAt }) => Date.parse(createdAt) - start);
      expect(instants).toEqual(Array.from({ length: 10 }, (_, index) => 10_000 + index * 1000));
      // It does not wait for rows that it will not have.
      expect(clock.now()).toBe(start + 30_000);
      const after = rows[3]?.cursor ?? '';
      expect(await read(store, clock, { ...ledger, period, after })).toEqual(rows.slice(4));
      const from = { from: start + 15_000, to: null };
      expect((await read(store, clock, { ...ledger, period: from, after }))[0]).toEqual(rows[5]);
      expect(await read(store, clock, { ...ledger, period: { from: null, to: start } })).toEqual([]);
    });
  });

  describe('an export of the audit log', () => {
    const log: ExportRequest = { ...ledger, kind: 'audit' };

    test('has every entry once, oldest first, whatever is added while it is read', async () => {
      const { store } = await open();
      const entries: AuditEntry[] = [];
      for (let index = 0; index < 620; index += 1)
        entries.push(await audited(store, start + Math.floor(index / 3), index));
      await audited(store, start, 9999, { environment: 'LIVE' });
      const now = start + 60_000;
      const part = (await read(store, createStepClock(now), log, 1)).slice(0, 251);
      const added = [await audited(store, now - 10, 1), await audited(store, now - 10, 2)];
      const rest = await read(store, createStepClock(now), { ...log, after: part.at(-1)?.cursor ?? '' });
      const rows = [...part, ...rest];
      const shown = ({ id: _, at, ...entry }: AuditEntry) => ({ ...entry, at: new Date(at).toISOString() });
      expect(rows.map(({ cursor: _, ...row }) => row)).toEqual([...entries, ...added].map(shown));
      expect(await read(store, createStepClock(now), { ...log, after: rows.at(-1)?.cursor ?? '' })).toEqual([]);
    });

    test('waits for entries of nodes whose ids and instants differ by a moment', async () => {
      const { store } = await open();
      const now = start + 60_000;
      // The entry with the later id bears the earlier instant: were it exported first, its cursor would leave out the other.
      const young = await audited(store, now - settleMs + 1, 1, { id: idAt(now - settleMs - 5, 1) });
      const old = await audited(store, now - settleMs - 1, 2);
      let waits = 0;
      const clock = createStepClock(now, async () => {
        waits += 1;
      });
      const rows = await read(store, clock, log);
      expect(waits).toBe(1);
      expect(rows.map(({ reason }) => reason)).toEqual([young.reason, old.reason]);
    });

    test('of a period goes by the instants of the entries', async () => {
      const { store } = await open();
      const [from, to] = [start + 1000, start + 2000];
      await audited(store, from - 1, 1, { id: idAt(from, 1) });
      const first = await audited(store, from, 2, { id: idAt(from - 5, 2) });
      const last = await audited(store, to - 1, 3, { id: idAt(to + 5, 3) });
      await audited(store, to, 4, { id: idAt(to - 1, 4) });
      await audited(store, to + 10 * 86_400_000, 5);
      const rows = await read(store, createStepClock(start + 60_000), { ...log, period: { from, to } });
      expect(rows.map(({ reason }) => reason)).toEqual([first.reason, last.reason]);
      const after = rows[0]?.cursor ?? '';
      const rest = await read(store, createStepClock(start + 60_000), { ...log, period: { from, to }, after });
      expect(rest).toEqual(rows.slice(1));
    });
  });
}
