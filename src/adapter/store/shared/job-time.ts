import { type AnyColumn, is, type SQL, sql } from 'drizzle-orm';
import { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { KeyRange } from './key-range.ts';

// A job's id is a UUIDv7, whose first 48 bits are the instant at which it was made. Every index on jobs ends with the id, so a period is a
// range of ids in each of them. The node that made an id may have had a wrong clock: such jobs are odd, and have an index of their own.

/** How far the instant in an id may be from `createdAt`, in ms, unless the job is odd. */
export const slackMs = 60_000;

/** The largest instant that an id can hold. */
const latestMs = 2 ** 48 - 1;

/** Whether the instant in a job's id is further than `slackMs` from its `createdAt`. Indexes and queries use the same text. */
export function isOdd({ id, createdAt }: Readonly<Record<'id' | 'createdAt', AnyColumn>>): SQL {
  const hexOf = (instant: SQL) =>
    is(id, SQLiteColumn) ? sql`printf('%012x', ${instant})` : sql`lpad(to_hex(${instant}), 12, '0')`;
  const slack = sql.raw(String(slackMs));
  const [least, most] = [hexOf(sql`${createdAt} - ${slack}`), hexOf(sql`${createdAt} + ${slack}`)];
  return sql`substr(${id}, 1, 8) || substr(${id}, 10, 4) NOT BETWEEN ${least} AND ${most}`;
}

/** A period: from an instant on, and before another. Null: without that bound. */
export type Period = { readonly from: number | null; readonly to: number | null };

/** The ids that hold an instant of a period, made longer by `marginMs` at both ends; a negative number makes it shorter. */
export function idsOf({ from, to }: Period, all: KeyRange<string>, marginMs: number): KeyRange<string> {
  return {
    from: from === null ? all.from : idAt(from - marginMs, all),
    to: to === null ? all.to : idAt(to + marginMs, all),
  };
}

/** A text before every id of an instant or later, and after all others. */
function idAt(instantMs: number, { from, to }: KeyRange<string>): string {
  if (instantMs <= 0) return from;
  if (instantMs > latestMs) return to;
  const digits = Math.ceil(instantMs).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
