import { describe, expect, test } from 'vitest';
import { createGroupRead } from '../../src/adapter/store/sqlite/engine/group-read.ts';
import { admit, changeOf, claimed, start } from './contract/world.ts';
import { openInMemory } from './sqlite-world.ts';

describe('reads of one turn', () => {
  function openReads(readMany: (ids: readonly string[]) => readonly { readonly id: string }[]) {
    const turns: (() => void)[] = [];
    const asked: (readonly string[])[] = [];
    const read = createGroupRead(
      (ids) => {
        asked.push(ids);
        return readMany(ids);
      },
      (turn) => void turns.push(turn),
    );
    return { read, asked, endTurn: () => turns.shift()?.() };
  }

  test('share one statement, each id once; each gets its rows in its own order, without unknown ones', async () => {
    const { read, asked, endTurn } = openReads((ids) => ids.filter((id) => id !== 'x').map((id) => ({ id })));
    const all = [read(['b', 'a']), read(['x']), read(['a', 'x', 'c'])];
    expect(asked).toEqual([]);
    endTurn();
    expect(await Promise.all(all)).toEqual([[{ id: 'b' }, { id: 'a' }], [], [{ id: 'a' }, { id: 'c' }]]);
    expect(asked).toEqual([['b', 'a', 'x', 'c']]);
    const later = read(['a']);
    endTurn();
    expect(await later).toEqual([{ id: 'a' }]);
    expect(asked).toHaveLength(2);
  });

  test('fail together, and the next ones do not', async () => {
    let isBroken = true;
    const { read, endTurn } = openReads((ids) => {
      if (isBroken) throw new Error('The disk is gone');
      return ids.map((id) => ({ id }));
    });
    const failing = [read(['a']), read(['b'])];
    const settled = Promise.allSettled(failing);
    endTurn();
    await settled;
    for (const each of failing) await expect(each).rejects.toThrow('The disk is gone');
    isBroken = false;
    const next = read(['a']);
    endTurn();
    expect(await next).toEqual([{ id: 'a' }]);
  });

  test('read a job as it is after the writes that came before them', async () => {
    const { store } = await openInMemory();
    const { job } = await admit(store);
    const [, rows] = await Promise.all([store.commit(changeOf(job, claimed), start), store.findJobs([job.id])]);
    expect(rows).toMatchObject([{ version: 2 }]);
  });
});
