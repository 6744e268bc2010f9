import { auditRowOf, type ExportKind, type ExportRow, entryRowOf, jobRowOf } from '../domain/export-row.ts';
import type { Environment } from '../domain/job.ts';
import type { Period } from '../domain/period.ts';
import type { Place } from '../ports/money.ts';
import type { Store } from '../ports.ts';

/** What to read: the rows after a place (null: from the first), made at `until` or before. */
type PageRequest = {
  readonly environment: Environment;
  readonly after: Place | null;
  readonly until: number;
  readonly period: Period;
};

/** The rows of a page. `last`: the place up to which everything was read; null: nothing was. `isFull`: there may be more. */
type ExportPage = { readonly rows: readonly ExportRow[]; readonly last: Place | null; readonly isFull: boolean };

/** Reads a page of an export. */
export type ReadPage = (request: PageRequest) => Promise<ExportPage>;

/** The text of a row's place. */
type CursorOf = (environment: Environment, place: Place) => string;

/** How many rows are read at once, each time in a transaction of its own. */
const pageRows = 500;

/** How the rows of each kind are read. */
export function createReadPages(
  store: Pick<Store, 'jobsAfter' | 'entriesAfter' | 'listAudit'>,
  cursorsOf: (kind: ExportKind) => CursorOf,
): Readonly<Record<ExportKind, ReadPage>> {
  return {
    async jobs({ environment, after, until }) {
      const jobs = await store.jobsAfter(environment, after, until, pageRows);
      const cursorOf = cursorsOf('jobs');
      const rows = jobs.map((job) => jobRowOf(job, cursorOf(environment, placeOf(job))));
      return { rows, last: lastOf(jobs.map(placeOf)), isFull: jobs.length === pageRows };
    },
    async ledger({ environment, after, until }) {
      const entries = await store.entriesAfter(environment, after, until, pageRows);
      const cursorOf = cursorsOf('ledger');
      const rows = entries.map((entry) => entryRowOf(entry, environment, cursorOf(environment, placeOf(entry))));
      return { rows, last: lastOf(entries.map(placeOf)), isFull: entries.length === pageRows };
    },
    async audit({ environment, after, until, period }) {
      const to = period.to === null ? null : idAt(period.to + stepMs);
      const count = { from: 'end', limit: pageRows } as const;
      const { items } = await store.listAudit(environment, { count, after: to, before: after?.id ?? null });
      const entries = items.toReversed();
      // Of two nodes the later id may have the earlier instant: what follows a young entry waits with it.
      const young = entries.findIndex(({ at }) => at > until && isIn(period, at));
      const read = young === -1 ? entries : entries.slice(0, young);
      const cursorOf = cursorsOf('audit');
      const rows = read.filter(({ at }) => isIn(period, at));
      return {
        rows: rows.map((entry) => auditRowOf(entry, cursorOf(environment, entry))),
        last: lastOf(read),
        isFull: read.length === pageRows,
      };
    },
  };
}

/** The place before the first row of a period. */
export function startOf(kind: ExportKind, { from }: Period): Place | null {
  if (from === null) return null;
  return kind === 'audit' ? { at: from, id: idAt(Math.max(0, from - stepMs)) } : { at: from, id: '' };
}

/** The later of two places. */
export function laterOf(kind: ExportKind, one: Place | null, other: Place | null): Place | null {
  if (one === null || other === null) return one ?? other;
  if (kind === 'audit' || one.at === other.at) return one.id > other.id ? one : other;
  return one.at > other.at ? one : other;
}

/** Entries of the audit log are read by id, which begins with the instant of its making. A clock is never set by more than this. */
const stepMs = 86_400_000;

/** The least id that an instant may have (UUIDv7). */
function idAt(at: number): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function isIn({ from, to }: Period, at: number): boolean {
  return (from === null || at >= from) && (to === null || at < to);
}

function placeOf({ createdAt, id }: { readonly createdAt: number; readonly id: string }): Place {
  return { at: createdAt, id };
}

function lastOf(places: readonly Place[]): Place | null {
  return places.at(-1) ?? null;
}
