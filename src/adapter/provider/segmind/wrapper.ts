import { isRecord, type JsonObject } from './response.ts';

/** The members in which the provider may wrap a whole record. */
export const wrappers = ['data', 'result', 'task', 'response'];

const maxDepth = 3;

const maxRecords = 8;

/** A response's record and those that it wraps, outermost first: `{"data":[{"task_id":"1"}]}` has two. Empty if it is no record. */
export function recordsOf(json: unknown): readonly JsonObject[] {
  const records: JsonObject[] = [];
  let level: readonly unknown[] = [json];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    const found = level.map(recordIn).filter((record) => record !== null);
    records.push(...found);
    level = found.flatMap((record) => wrappers.map((name) => record[name]));
  }
  return records.slice(0, maxRecords);
}

function recordIn(value: unknown): JsonObject | null {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isRecord(only) ? only : null;
}
