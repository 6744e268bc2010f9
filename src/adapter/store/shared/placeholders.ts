import { type Column, type SQL, sql } from 'drizzle-orm';

/** For each column a value that is bound at each run, by the column's name in the record, encoded as the column asks for. */
export function boundTo<Name extends string>(columns: Readonly<Record<Name, Column>>): Record<Name, SQL> {
  const entries = Object.entries<Column>(columns).map(([name, column]) => [name, bound(name, column)] as const);
  const record: Record<string, SQL> = Object.fromEntries(entries);
  return record;
}

function bound(name: string, column: Column): SQL {
  return sql`${sql.param(sql.placeholder(name), column)}`;
}
