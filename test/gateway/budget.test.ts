import { afterAll, expect, test } from 'vitest';
import {
  type Loose,
  makeFolder,
  request,
  runGateway,
  startGateway,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';
import { generate } from './operations.ts';

const settings = { AUTH_JWT_SECRET: testSecret, USER_MONTHLY_BUDGET_CREDITS: '134', USER_JOBS_PER_MINUTE: '1000' };

const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

async function open(): Promise<{ gateway: TestGateway; folder: string }> {
  const { path: folder, remove } = await makeFolder();
  closers.push(remove);
  const gateway = await startGateway(folder, settings);
  closers.push(gateway.stop);
  return { gateway, folder };
}

const set = `mutation ($input: SetBudgetInput!) { setBudget(input: $input) { __typename
  ... on SetBudgetSuccess { budget { userId period limitCredits usedCredits leftCredits resetsAt isDefault } }
  ... on InvalidInputError { issues { path } } } }`;

const list = '{ operations { budgets { nodes { userId period limitCredits usedCredits } } } }';

test('budgets by the settings, by admins and by the command line are hard, and told to who reaches them', async () => {
  const { gateway, folder } = await open();
  const [ana, admin] = [
    await tokenOf('ana', { env: 'test' }),
    await tokenOf('root', { env: 'test', roles: ['admin'] }),
  ];
  const ask = async (input: Record<string, unknown> = {}): Promise<Loose> =>
    (await request(gateway, generate, { input: { prompt: '@test/ok', ...input } }, ana)).data.generateVideo;
  const now = new Date();
  const resetsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString();

  // The default: two videos of 67 credits.
  expect((await ask({ idempotencyKey: 'first' })).__typename).toBe('GenerateVideoSuccess');
  expect((await ask()).__typename).toBe('GenerateVideoSuccess');
  expect(await ask()).toEqual({
    __typename: 'BudgetExceededError',
    code: 'BUDGET_EXCEEDED',
    message: expect.stringContaining(resetsAt),
    retryable: false,
    budget: 'USER',
    period: 'MONTH',
    resetsAt,
    limitCredits: 134,
    usedCredits: 134,
  });
  expect(await ask({ idempotencyKey: 'first' })).toMatchObject({ replayed: true });
  const own = await request(gateway, '{ viewer { budgets { usedCredits isDefault } } }', {}, ana);
  expect(own.data.viewer.budgets).toEqual([{ usedCredits: 134, isDefault: true }]);

  // An admin gives room, and caps the installation beside a running gateway.
  const input = { userId: 'ana', period: 'MONTH', limitCredits: 1000 };
  expect((await request(gateway, set, { input }, ana)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect((await request(gateway, set, { input }, admin)).data.setBudget.budget).toEqual({
    ...input,
    usedCredits: 134,
    leftCredits: 866,
    resetsAt,
    isDefault: false,
  });
  const cap = ['budget', 'set', '--env', 'test', '--installation', '--credits', '201', '--total', '--json'];
  const capped = await runGateway(folder, settings, cap);
  expect(JSON.parse(capped.output)).toMatchObject({ userId: null, period: 'TOTAL', usedCredits: 134, resetsAt: null });
  const many = await Promise.all(Array.from({ length: 40 }, () => ask()));
  expect(many.filter(({ __typename }) => __typename === 'GenerateVideoSuccess')).toHaveLength(1);
  const refused = many.filter(({ __typename }) => __typename === 'BudgetExceededError');
  expect(refused).toHaveLength(39);
  expect(refused[0]).toMatchObject({
    budget: 'INSTALLATION',
    period: 'TOTAL',
    resetsAt: null,
    limitCredits: null,
    usedCredits: null,
  });
  expect(refused[0].message).not.toContain('201');

  const known = [
    { userId: null, period: 'TOTAL', limitCredits: 201, usedCredits: 201 },
    { userId: 'ana', period: 'MONTH', limitCredits: 1000, usedCredits: 201 },
  ];
  expect((await request(gateway, list, {}, admin)).data.operations.budgets.nodes).toEqual(known);
  const listed = await runGateway(folder, settings, ['budget', 'list', '--json']);
  expect(JSON.parse(listed.output)).toMatchObject(known);
  const removed = await runGateway(folder, settings, ['budget', 'remove', '--env', 'test', '--user', 'ana']);
  expect(removed.output).toMatch(/^TEST {2}user ana {2}MONTH {2}201 of 134 credits {2}\(default\)/);

  // Each mark once: 50 (at the first video) and 100 of the default, 100 of the installation.
  const lines = gateway
    .output()
    .split('\n')
    .filter((line) => line.includes('"event":"budget"'));
  expect(lines.map((line) => JSON.parse(line)).map(({ userId, percent }) => [userId, percent])).toEqual([
    ['ana', 50],
    ['ana', 100],
    [null, 100],
  ]);
});
