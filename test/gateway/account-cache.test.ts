import { expect, test } from 'vitest';
import { createEnsureAccount } from '../../src/gateway/account-cache.ts';
import type { Subject } from '../../src/gateway/gateway.ts';

test('a user’s account is requested once per environment, and again after a failure', async () => {
  const arrived: string[] = [];
  let away = true;
  const ensureAccount = createEnsureAccount(({ userId, environment }) => {
    arrived.push(`${userId} ${environment}`);
    return away ? Promise.reject(new Error('no database')) : Promise.resolve({ id: `${userId}’s` });
  });
  const subjectOf = (userId: string, environment: Subject['environment']) => ({ userId, environment, roles: [] });
  await expect(ensureAccount(subjectOf('ada', 'LIVE'))).rejects.toThrow('no database');
  away = false;
  for (let time = 0; time < 3; time += 1) {
    await Promise.all([
      ensureAccount(subjectOf('ada', 'LIVE')),
      ensureAccount(subjectOf('ada', 'LIVE')),
      ensureAccount(subjectOf('ada', 'TEST')),
      ensureAccount(subjectOf('bob', 'TEST')),
    ]);
  }
  expect(await ensureAccount(subjectOf('bob', 'TEST'))).toEqual({ ...subjectOf('bob', 'TEST'), accountId: 'bob’s' });
  expect(arrived).toEqual(['ada LIVE', 'ada LIVE', 'ada TEST', 'bob TEST']);
});
