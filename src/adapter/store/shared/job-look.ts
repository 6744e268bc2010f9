import { type AnyColumn, and, is, isNull, or, type SQL, sql } from 'drizzle-orm';
import { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Look } from './job-parts.ts';

type Looked = Readonly<
  Record<'id' | 'state' | 'failureCode' | 'externalId' | 'prompt' | 'createdAt' | 'deletedAt', AnyColumn>
>;

/** The condition of a look at a job, with placeholders for `boundLook`. `isOddPart`: ids of the period itself belong to other parts. */
export function lookAt(t: Looked, isOddPart: boolean): SQL | undefined {
  const engine = is(t.id, SQLiteColumn) ? sqlite : postgres;
  const bound = (name: keyof Look) => sql`${sql.placeholder(name)}`;
  const needle = engine.text(bound('needle'));
  const externalId = engine.text(bound('externalId'));
  const isOutside = sql`NOT (${t.id} >= ${bound('fromId')} AND ${t.id} < ${bound('toId')})`;
  const isFound = sql`${engine.has(t.prompt, needle)} OR ${engine.has(t.externalId, needle)}`;
  return and(
    // The plus keeps SQLite from choosing the index on times, along which the jobs would have to be sorted.
    sql`+${t.createdAt} >= ${bound('createdFrom')}`,
    sql`+${t.createdAt} < ${bound('createdTo')}`,
    // What a deleted job keeps of its prompt is not shown, so it must not be found either.
    sql`(${needle} = '' OR (${isNull(t.deletedAt)} AND (${isFound})))`,
    engine.amongOrAny(t.failureCode, bound('failureCodes')),
    ...(isOddPart
      ? [
          engine.amongOrAny(t.state, bound('states')),
          or(sql`${externalId} IS NULL`, sql`${t.externalId} || '' = ${externalId}`),
          isOutside,
        ]
      : []),
  );
}

/** The values of a look, as the statements of an engine bind them. */
export function boundLook(look: Look, listOf: (values: readonly string[]) => unknown): Record<keyof Look, unknown> {
  const { states, failureCodes } = look;
  return {
    ...look,
    states: states === null ? null : listOf(states),
    failureCodes: failureCodes === null ? null : listOf(failureCodes),
  };
}

/** `lower` changes ASCII letters only: in SQLite always, in PostgreSQL under the collation of these columns. */
const sqlite = {
  text: (value: SQL) => value,
  has: (column: AnyColumn, needle: SQL) => sql`instr(lower(${column}), ${needle}) > 0`,
  amongOrAny: (column: AnyColumn, values: SQL) =>
    sql`(${values} IS NULL OR ${column} IN (SELECT value FROM json_each(${values})))`,
};

const postgres: typeof sqlite = {
  text: (value) => sql`${value}::text`,
  has: (column, needle) => sql`strpos(lower(${column} COLLATE "C"), ${needle} COLLATE "C") > 0`,
  // The plain column would make the planner look at all jobs of a state, instead of the few that are odd.
  amongOrAny: (column, values) => sql`(${values}::text[] IS NULL OR ${column} || '' = ANY(${values}::text[]))`,
};
