import { and, asc, count, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
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
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { jobs } from './tables/jobs.ts';

/** The jobs of an account, or of an environment: `scope` is its id or name. */
export type JobList = {
  readonly list: (scope: string, filter: JobFilter, page: Page<string>) => Promise<Slice<Job>>;
  readonly count: (scope: string, filter: JobFilter) => Promise<number>;
};

/** What a list is of. `hasWhole`: whether an index has all its jobs in the order of their ids. */
type ListOptions = {
  readonly column: 'accountId' | 'environment';
  readonly hasWhole: boolean;
  readonly bounds: ScanBounds;
};

const allIds: KeyRange<string> = { from: idKeys.least, to: idKeys.most };

/** Lists of jobs. Statements are prepared when they are first used. A connection runs one after the other. */
export function createJobList(db: Db, { column, hasWhole, bounds }: ListOptions): JobList {
  const statementsOf = createStatements(db, column);

  /** Reads a part from one end of its range. With a look, at most `most` of its jobs are looked at. */
  async function scan(part: Part, { values, look, most, end, limit }: Scanned): Promise<Scan<Job>> {
    const { read, edge, looked } = statementsOf(part.kind);
    const place = { ...values, ...fixedOf(part) };
    if (look === null) {
      return { items: (await read[end].execute({ ...place, ...part.range, limit })).map(jobOf), stop: null };
    }
    const [last, next] = await edge[end].execute({ ...place, ...part.range, offset: most - 1 });
    const stop = last === undefined || next === undefined ? null : last.id;
    const range = stop === null ? part.range : upTo(part.range, stop, end);
    const items = await looked[end].execute({ ...place, ...bound(look), ...range, limit });
    return { items: items.map(jobOf), stop: items.length < limit ? stop : null };
  }

  function readerOf(plan: ListPlan, values: Values) {
    const most = Math.ceil(bounds.page / Math.max(1, plan.parts.length));
    return async (range: KeyRange<string>, end: End, limit: number): Promise<Scan<Job>> => {
      const scans: Scan<Job>[] = [];
      for (const part of partsWithin(plan, range)) {
        scans.push(await scan(part, { values, look: plan.look, most, end, limit }));
      }
      return mergedScan(scans, end, limit);
    };
  }

  async function countPart({ part, range, look }: Counted, values: Values): Promise<number> {
    if (range.from >= range.to) return 0;
    const place = { ...values, ...fixedOf(part), ...range };
    const { counted, countLooked } = statementsOf(part.kind);
    const rows = look === null ? counted.execute(place) : countLooked.execute({ ...place, ...bound(look) });
    return firstOf(await rows)?.count ?? 0;
  }

  /** The range of a part's newest jobs, which a search looks at to count. */
  async function newestOf(part: Part, values: Values): Promise<KeyRange<string>> {
    const place = { ...values, ...fixedOf(part), ...part.range, offset: bounds.count - 1 };
    const [last] = await statementsOf(part.kind).edge.high.execute(place);
    return last === undefined ? part.range : upTo(part.range, last.id, 'high');
  }

  return {
    list: async (scope, filter, page) => {
      const plan = planOf(filter, allIds, hasWhole);
      const read = readerOf(plan, { scope, externalId: filter.externalId });
      if (plan.look === null) {
        const plain = async (range: KeyRange<string>, end: End, limit: number) => (await read(range, end, limit)).items;
        return sliceOf({ rising: false, keys: idKeys, read: plain }, page);
      }
      const { range, end, newer, older } = scanRangesOf(page, idKeys);
      const scanned = await read(range, end, page.count.limit + 1);
      return sliceOfScan(page, scanned, {
        newer: newer !== null && mayHave(await read(newer, 'low', 1)),
        older: older !== null && mayHave(await read(older, 'high', 1)),
      });
    },
    count: async (scope, filter) => {
      const plan = planOf(filter, allIds, hasWhole);
      const values = { scope, externalId: filter.externalId };
      let sum = 0;
      for (const counted of plan.isSearch ? await newestParts(plan, values) : countsOf(plan, allIds)) {
        sum += counted.add * (await countPart(counted, values));
      }
      return sum;
    },
  };

  async function newestParts({ parts, look }: ListPlan, values: Values): Promise<readonly Counted[]> {
    const counts: Counted[] = [];
    for (const part of parts) counts.push({ part, range: await newestOf(part, values), look, add: 1 });
    return counts;
  }
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
  return boundLook(look, (values) => values);
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
  switch (kind) {
    case 'all':
      return ofScope;
    case 'state':
      return and(ofScope, eq(state, by.state));
    case 'externalId':
      return and(ofScope, eq(state, by.state), eq(externalId, by.externalId));
    case 'failure':
      return and(ofScope, eq(failureCode, by.failureCode));
    case 'odd':
      return and(ofScope, isOdd(jobs));
  }
}

function prepareStatements(db: Db, column: ListOptions['column'], kind: PartKind) {
  const { id } = jobs;
  const name = `jobs_of_${column}_${kind}`;
  // PostgreSQL cannot know how few jobs are odd: with the plain id it would take the index of all jobs, in the hope to meet some soon.
  const key = kind === 'odd' ? sql`(${id} || '')` : sql`${id}`;
  const range = and(
    fixedBy(column, kind),
    gte(key, sql`${sql.placeholder('from')}`),
    lt(key, sql`${sql.placeholder('to')}`),
  );
  const look = and(range, lookAt(jobs, kind === 'odd'));
  const [limit, offset] = [sql.placeholder('limit'), sql.placeholder('offset')];
  const bothEnds = <Statement>(prepare: (end: End, order: SQL) => Statement): Record<End, Statement> => ({
    low: prepare('low', asc(key)),
    high: prepare('high', desc(key)),
  });
  const reader = (where: SQL | undefined, verb: string) =>
    bothEnds((end, order) =>
      db.select().from(jobs).where(where).orderBy(order).limit(limit).prepare(`${name}_${verb}_${end}`),
    );
  const counter = (where: SQL | undefined, verb: string) =>
    db.select({ count: count() }).from(jobs).where(where).prepare(`${name}_${verb}`);
  return {
    read: reader(range, 'read'),
    looked: reader(look, 'looked'),
    edge: bothEnds((end, order) =>
      db.select({ id }).from(jobs).where(range).orderBy(order).limit(2).offset(offset).prepare(`${name}_edge_${end}`),
    ),
    counted: counter(range, 'count'),
    countLooked: counter(look, 'count_looked'),
  };
}
