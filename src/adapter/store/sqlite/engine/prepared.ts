import { Column, is, Param, Placeholder, type SQL } from 'drizzle-orm';
import type { Db } from './statements.ts';

/** The values to bind, by placeholder name. */
type Values = Readonly<Record<string, unknown>>;

/** A row as SQLite returns it: `['01J…', 1000, …]`, in the order of the selection. */
type RawRow = readonly unknown[];

/** A statement built with drizzle. */
type Statement = { toSQL(): { readonly sql: string; readonly params: readonly unknown[] } };

type Select<Row> = Statement & { prepare(): { all(): Row[] } };

/** A prepared select that runs without drizzle's layers for binding, logging and mapping. */
export type Rows<Row> = {
  get(values: Values): Row | undefined;
  all(values: Values): Row[];
};

/** The selected columns by result name, in order. */
type Selection = Readonly<Record<string, Column | SQL>>;

/** Prepares a statement that returns rows. `selection` must be the selection that the statement was built with. */
export function prepareRows<Row>(db: Db, selection: Selection, select: Select<Row>): Rows<Row> {
  const { sql, params } = select.toSQL();
  const statement = db.$client.prepare<unknown[], RawRow>(sql).raw();
  const bind = binderOf(params);
  const rowOf = rowMaker<Row>(selection);

  return {
    get(values) {
      const raw = statement.get(...bind(values));
      return raw === undefined ? undefined : rowOf(raw);
    },
    all: (values) => statement.all(...bind(values)).map(rowOf),
  };
}

/**
 * Makes rows as one object literal, compiled from the names of the columns. Members that are added one by one, under names that V8 does
 * not know when it compiles, take longer, and each row leaves garbage behind as it grows.
 */
function rowMaker<Row>(selection: Selection): (raw: RawRow) => Row {
  const columns = Object.entries(selection);
  const decoders = columns.map(([, column]) => decoderOf(column));
  const members = columns.map(([name], at) => {
    const value = `raw[${at}]`;
    return `${JSON.stringify(name)}: ${decoders[at] === null ? value : `${value} === null ? null : decoders[${at}](${value})`}`;
  });
  // Drizzle inferred Row from the same selection. The names are this program's own.
  const make = new Function('decoders', 'raw', `return { ${members.join(', ')} };`) as (
    decoders: unknown,
    raw: RawRow,
  ) => Row;
  return (raw) => make(decoders, raw);
}

/** Runs a write and returns the number of changed rows. `more` has the values that `values` lacks, so that nobody copies a whole row. */
type Write = (values: Values, more?: Values) => number;

/** Prepares a write that runs without drizzle's layers. */
export function prepareWrite(db: Db, write: Statement): Write {
  const { sql, params } = write.toSQL();
  const statement = db.$client.prepare<unknown[]>(sql);
  const bind = binderOf(params);
  return (values, more) => statement.run(...bind(values, more)).changes;
}

/** Null when SQLite's value needs no decoding. */
function decoderOf(column: Column | SQL): ((value: unknown) => unknown) | null {
  if (!is(column, Column) || column.mapFromDriverValue === Column.prototype.mapFromDriverValue) return null;
  const decode = (value: unknown) => column.mapFromDriverValue(value);
  return column.dataType === 'json' ? cachingLast(decode) : decode;
}

/** Null when the value needs no encoding. */
function encoderOf({ encoder }: Param): ((value: unknown) => unknown) | null {
  if (!is(encoder, Column) || encoder.mapToDriverValue === Column.prototype.mapToDriverValue) return null;
  const encode = (value: unknown) => encoder.mapToDriverValue(value);
  return encoder.dataType === 'json' ? cachingLast(encode) : encode;
}

/** Caches the last result. A job's estimate is JSON, and jobs stored one after the other mostly have the same estimate. */
function cachingLast(convert: (value: unknown) => unknown): (value: unknown) => unknown {
  let last: { readonly value: unknown; readonly converted: unknown } | null = null;
  return (value) => {
    if (last === null || last.value !== value) last = { value, converted: convert(value) };
    return last.converted;
  };
}

/** Lists the values for a statement's parameters, each encoded by its column. */
type Bind = (values: Values, more?: Values) => unknown[];

const noMore: Values = {};

/** Compiled from the names of the parameters, as in `rowMaker`. A member that is read by a variable name takes V8 longer. */
function binderOf(params: readonly unknown[]): Bind {
  const bindings = params.map((param) => {
    if (is(param, Placeholder)) return { name: param.name, encode: null };
    if (!is(param, Param) || !is(param.value, Placeholder)) return { name: null, encode: null };
    return { name: param.value.name, encode: encoderOf(param) };
  });
  const encoded = bindings.flatMap(({ encode }, at) => (encode === null ? [] : { encode, at }));
  const listed = bindings.map(({ name }, at) => {
    const member = `[${JSON.stringify(name)}]`;
    return name === null ? `params[${at}]` : `values${member} === undefined ? more${member} : values${member}`;
  });
  const list = new Function('params', 'values', 'more', `return [${listed.join(', ')}];`) as (
    params: readonly unknown[],
    values: Values,
    more: Values,
  ) => unknown[];
  return (values, more = noMore) => {
    const bound = list(params, values, more);
    const missing = bound.indexOf(undefined);
    if (missing >= 0) throw new Error(`Nothing is bound to ${bindings[missing]?.name}`);
    for (const { encode, at } of encoded) bound[at] = encode(bound[at]);
    return bound;
  };
}
