import { Column, is, Param, Placeholder, type SQL } from 'drizzle-orm';
import type { Db } from './statements.ts';

/** What is bound to a statement, by the names of its placeholders. */
type Values = Readonly<Record<string, unknown>>;

/** A row as SQLite gives it: its columns in the order in which they were asked for. */
type RawRow = readonly unknown[];

/** A statement as drizzle builds it. */
type Statement = { toSQL(): { readonly sql: string; readonly params: readonly unknown[] } };

type Select<Row> = Statement & { prepare(): { all(): Row[] } };

/** A select that is run as it is, past the layers in which drizzle binds, logs and maps. */
export type Rows<Row> = {
  get(values: Values): Row | undefined;
  all(values: Values): Row[];
};

/** What a select asks for, in order. */
type Selection = Readonly<Record<string, Column | SQL>>;

/** Prepares a statement that brings rows; the selection is the one that it was built with. */
export function prepareRows<Row>(db: Db, selection: Selection, select: Select<Row>): Rows<Row> {
  const { sql, params } = select.toSQL();
  const statement = db.$client.prepare<unknown[], RawRow>(sql).raw();
  const bind = binderOf(params);
  const columns = Object.entries(selection).map(([name, column]) => ({ name, decode: decoderOf(column) }));

  function rowOf(raw: RawRow): Row {
    const row: Record<string, unknown> = {};
    let at = 0;
    for (const { name, decode } of columns) {
      const value = raw[at];
      row[name] = value === null || decode === null ? value : decode(value);
      at += 1;
    }
    // The row has what was selected: that is where its type comes from.
    return row as Row;
  }

  return {
    get(values) {
      const raw = statement.get(...bind(values));
      return raw === undefined ? undefined : rowOf(raw);
    },
    all: (values) => statement.all(...bind(values)).map(rowOf),
  };
}

/** Prepares a statement that writes; it is run as it is. The answer counts the rows that it changed. */
export function prepareWrite(db: Db, write: Statement): (values: Values) => number {
  const { sql, params } = write.toSQL();
  const statement = db.$client.prepare<unknown[]>(sql);
  const bind = binderOf(params);
  return (values) => statement.run(...bind(values)).changes;
}

/** Null where values are taken as they are. */
function decoderOf(column: Column | SQL): ((value: unknown) => unknown) | null {
  if (!is(column, Column) || column.mapFromDriverValue === Column.prototype.mapFromDriverValue) return null;
  const decode = (value: unknown) => column.mapFromDriverValue(value);
  return column.dataType === 'json' ? remembering(decode) : decode;
}

/** Null where values are bound as they are. */
function encoderOf({ encoder }: Param): ((value: unknown) => unknown) | null {
  if (!is(encoder, Column) || encoder.mapToDriverValue === Column.prototype.mapToDriverValue) return null;
  const encode = (value: unknown) => encoder.mapToDriverValue(value);
  return encoder.dataType === 'json' ? remembering(encode) : encode;
}

/** Remembers the last result. JSON is how a job's estimate is kept: those of jobs that are stored one after the other are mostly the same. */
function remembering(convert: (value: unknown) => unknown): (value: unknown) => unknown {
  let last: { readonly value: unknown; readonly converted: unknown } | null = null;
  return (value) => {
    if (last === null || last.value !== value) last = { value, converted: convert(value) };
    return last.converted;
  };
}

/** Puts values in the place of placeholders, each encoded as its column asks for. */
function binderOf(params: readonly unknown[]): (values: Values) => unknown[] {
  const deps = params.map((param) => {
    if (is(param, Placeholder)) return { name: param.name, encode: null, fixed: null };
    if (!is(param, Param) || !is(param.value, Placeholder)) return { name: null, encode: null, fixed: param };
    return { name: param.value.name, encode: encoderOf(param), fixed: null };
  });
  return (values) =>
    deps.map(({ name, encode, fixed }) => {
      if (name === null) return fixed;
      const value = values[name];
      if (value === undefined) throw new Error(`Nothing is bound to ${name}`);
      return encode === null ? value : encode(value);
    });
}
