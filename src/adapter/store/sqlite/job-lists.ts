import { and, asc, count, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Job } from '../../../domain/job.ts';
import type { JobFilter, Page, Slice } from '../../../ports.ts';
import { boundLook, lookAt } from '../shared/job-look.ts';
import {
  type Counted,
  countsOf,
  type ListPlan,
  type Look,
  type Part,
  type PartKind,
  partsWithin,
  planOf,
} from '../shared/job-parts.ts';
import { isOdd } from '../shared/job-time.ts';
import type { End, KeyRange } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { jobOf } from '../shared/rows.ts';
import { mayHave, mergedScan, type Scan, type ScanBounds, scanRangesOf, sliceOfScan } from '../shared/scan.ts';
import { prepareRows } from './engine/prepared.ts';
import { type Db, literalOf, perLimit } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { jobs } from './tables/jobs.ts';

/** The jobs of an account, or of an environment: `scope` is its id or name. */
export type JobList = {
  readonly list: (scope: string, filter: JobFilter, page: Page<string>) => Slice<Job>;
  readonly count: (scope: string, filter: JobFilter) => number;
};

/** What a list is of. `hasWhole`: whether an index has all its jobs in the order of their ids. */
type ListOptions = {
  readonly column: 'accountId' | 'environment';
  readonly hasWhole: boolean;
  readonly bounds: ScanBounds;
};

const allIds: KeyRange<string> = { from: idKeys.least, to: idKeys.most };

/** Lists of jobs. Statements are prepared when they are first used. */
export function createJobList(db: Db, { column, hasWhole, bounds }: ListOptions): JobList {
  const statementsOf = createStatements(db, column);

  /** Reads a part from one end of its range. With a look, at most `most` of its jobs are looked at. */
  function scan(part: Part, { values, look, most, end, limit }: Scanned): Scan<Job> {
    const { read, edge, looked } = statementsOf(part.kind);
    const place = { ...values, ...fixedOf(part) };
    if (look === null)
      return {
        items: read[end](limit)
          .all({ ...place, ...part.range })
          .map(jobOf),
        stop: null,
      };
    const [last, next] = edge[end](most - 1).all({ ...place, ...part.range });
    const stop = last === undefined || next === undefined ? null : last.id;
    const range = stop === null ? part.range : upTo(part.range, stop, end);
    const items = looked[end](limit).all({ ...place, ...bound(look), ...range });
    return { items: items.map(jobOf), stop: items.length < limit ? stop : null };
  }

  function readerOf(plan: ListPlan, values: Values) {
    const most = Math.ceil(bounds.page / Math.max(1, plan.parts.length));
    return (range: KeyRange<string>, end: End, limit: number): Scan<Job> => {
      const scanned = { values, look: plan.look, most, end, limit };
      return mergedScan(
        partsWithin(plan, range).map((part) => scan(part, scanned)),
        end,
        limit,
      );
    };
  }

  function countPart({ part, range, look }: Counted, values: Values): number {
    if (range.from >= range.to) return 0;
    const place = { ...values, ...fixedOf(part), ...range };
    const { counted, countLooked } = statementsOf(part.kind);
    const row = look === null ? counted().get(place) : countLooked().get({ ...place, ...bound(look) });
    return row?.count ?? 0;
  }

  /** The range of a part's newest jobs, which a search looks at to count. */
  function newestOf(part: Part, values: Values): KeyRange<string> {
    const place = { ...values, ...fixedOf(part), ...part.range };
    const [last] = statementsOf(part.kind)
      .edge.high(bounds.count - 1)
      .all(place);
    return last === undefined ? part.range : upTo(part.range, last.id, 'high');
  }

  return {
    list: (scope, filter, page) => {
      const plan = planOf(filter, allIds, hasWhole);
      const read = readerOf(plan, { scope, externalId: filter.externalId });
      if (plan.look === null) {
        const plain = (range: KeyRange<string>, end: End, limit: number) => read(range, end, limit).items;
        return sliceOf({ rising: false, keys: idKeys, keyOf: (job: Job) => job.id, read: plain }, page);
      }
      const { range, end, newer, older } = scanRangesOf(page, idKeys);
      return sliceOfScan(page, read(range, end, page.count.limit + 1), {
        newer: newer !== null && mayHave(read(newer, 'low', 1)),
        older: older !== null && mayHave(read(older, 'high', 1)),
      });
    },
    count: (scope, filter) => {
      const plan = planOf(filter, allIds, hasWhole);
      const values = { scope, externalId: filter.externalId };
      const counts = plan.isSearch
        ? plan.parts.map((part): Counted => ({ part, range: newestOf(part, values), look: plan.look, add: 1 }))
        : countsOf(plan, allIds);
      return counts.reduce((sum, counted) => sum + counted.add * countPart(counted, values), 0);
    },
  };
}

/** What all statements of a list bind. */
type Values = { readonly scope: string; readonly externalId: string | null };

type Scanned = {
  readonly values: Values;
  readonly look: Look | null;
  readonly most: number;
  readonly end: End;
  readonly limit: number;
};

/** The range from one of its ends up to a key, which is included. */
function upTo({ from, to }: KeyRange<string>, key: string, end: End): KeyRange<string> {
  return end === 'high' ? { from: key, to } : { from, to: idKeys.successorOf(key) };
}

function fixedOf({ state, failureCode }: Part) {
  return { state, failureCode };
}

function bound(look: Look) {
  return boundLook(look, JSON.stringify);
}

type Statements = ReturnType<typeof prepareStatements>;

function createStatements(db: Db, column: ListOptions['column']): (kind: PartKind) => Statements {
  const prepared = new Map<PartKind, Statements>();
  return (kind) => {
    const known = prepared.get(kind) ?? prepareStatements(db, column, kind);
    prepared.set(kind, known);
    return known;
  };
}

/** What the index of a part fixes. */
function fixedBy(column: ListOptions['column'], kind: PartKind): SQL | undefined {
  const { state, externalId, failureCode } = jobs;
  const by = boundTo({ scope: jobs[column], state, externalId, failureCode });
  const ofScope = eq(jobs[column], by.scope);
  // Without this hint SQLite uses the narrower index of all jobs, and skips those in other states one by one.
  const ofState = and(ofScope, sql`unlikely(${state} = ${by.state})`);
  switch (kind) {
    case 'all':
      return ofScope;
    case 'state':
      return ofState;
    case 'externalId':
      return and(ofState, eq(externalId, by.externalId));
    case 'failure':
      return and(ofScope, sql`unlikely(${failureCode} = ${by.failureCode})`);
    case 'odd':
      return and(ofScope, isOdd(jobs));
  }
}

function prepareStatements(db: Db, column: ListOptions['column'], kind: PartKind) {
  const { id } = jobs;
  const range = and(
    fixedBy(column, kind),
    gte(id, sql`${sql.placeholder('from')}`),
    lt(id, sql`${sql.placeholder('to')}`),
  );
  const look = and(range, lookAt(jobs, kind === 'odd'));
  const reader = (where: SQL | undefined, order: SQL) =>
    perLimit((limit) =>
      prepareRows(db, getTableColumns(jobs), db.select().from(jobs).where(where).orderBy(order).limit(limit)),
    );
  const edger = (order: SQL) =>
    perLimit((offset) => {
      const two = db.select({ id }).from(jobs).where(range).orderBy(order).limit(literalOf(2)).offset(offset);
      return prepareRows(db, { id }, two);
    });
  const counter = (where: SQL | undefined) => {
    const statement = perLimit(() => db.select({ count: count() }).from(jobs).where(where).prepare());
    return () => statement(0);
  };
  return {
    read: { low: reader(range, asc(id)), high: reader(range, desc(id)) },
    looked: { low: reader(look, asc(id)), high: reader(look, desc(id)) },
    edge: { low: edger(asc(id)), high: edger(desc(id)) },
    counted: counter(range),
    countLooked: counter(look),
  };
}
