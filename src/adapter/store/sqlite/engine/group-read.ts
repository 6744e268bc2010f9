import type { AfterTurn } from './group-commit.ts';

type WaitingRead<Row> = {
  readonly ids: readonly string[];
  readonly fulfil: (rows: readonly Row[]) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Reads rows by id, in the order of the ids and without unknown ones. The reads of one turn of the event loop share a statement: SQLite
 * locks its file for each statement, which costs several times as much as a row. A read starts after its call, so no row is older than
 * that.
 */
export function createGroupRead<Row extends { readonly id: string }>(
  readMany: (ids: readonly string[]) => readonly Row[],
  afterTurn: AfterTurn,
): (ids: readonly string[]) => Promise<readonly Row[]> {
  let queue: WaitingRead<Row>[] = [];

  function run(): void {
    const waiting = queue;
    queue = [];
    const [first, second] = waiting;
    try {
      if (first !== undefined && second === undefined) {
        first.fulfil(readMany(first.ids));
        return;
      }
      const rows = readMany([...new Set(waiting.flatMap(({ ids }) => ids))]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { ids, fulfil } of waiting) fulfil(ids.flatMap((id) => byId.get(id) ?? []));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  return (ids) =>
    new Promise((fulfil, reject) => {
      queue.push({ ids, fulfil, reject });
      if (queue.length === 1) afterTurn(run);
    });
}
