import { type Column, type SQL, sql } from 'drizzle-orm';

/** One placeholder per column, named as in the record. Each value is bound at execution and encoded by its column. */
export function boundTo<Name extends string>(columns: Readonly<Record<Name, Column>>): Record<Name, SQL> {
  const entries = Object.entries<Column>(columns).map(([name, column]) => [name, bound(name, column)] as const);
  const record: Record<string, SQL> = Object.fromEntries(entries);
  return record;
}

function bound(name: string, column: Column): SQL {
  return sql`${sql.param(sql.placeholder(name), column)}`;
}
