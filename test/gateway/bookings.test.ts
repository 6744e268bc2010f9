import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { commands } from '../../src/app/commands.ts';
import { request, tokenOf } from '../world/gateway.ts';
import { openLive } from './live-world.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const refundJob = `mutation ($id: ID!, $reason: String!) { refundJob(id: $id, reason: $reason) { __typename
  ... on RefundJobSuccess { entry { id kind credits balanceAfter jobId reason } account { userId balance held } }
  ... on InvalidInputError { issues { path } }
  ... on JobStateError { code job { id } } ... on NotFoundError { code } } }`;

const books =
  '{ viewer { account { balance ledger(first: 1) { nodes { kind credits reason job { id charge { state credits } } } } } } }';

const make =
  'mutation ($prompt: String!) { generateVideo(input: { prompt: $prompt }) { ... on GenerateVideoSuccess { job { id } } } }';

test('an admin refunds a completed job once; its owner sees the entry, and the charge stays captured', async () => {
  const { gateway } = await openLive(closers);
  const ada = await tokenOf('ada', { env: 'test' });
  const admin = await tokenOf('root', { env: 'test', roles: ['admin'] });
  async function completed(prompt: string): Promise<string> {
    const { data } = await request(gateway, make, { prompt }, ada);
    const { id } = data.generateVideo.job;
    const read = 'query ($id: ID!) { job(id: $id) { status } }';
    await expect
      .poll(async () => (await request(gateway, read, { id }, ada)).data.job.status, { timeout: 20_000 })
      .toBe('COMPLETED');
    return id;
  }
  const id = await completed('@test/ok:1s');
  const refund = async (token: string, reason = 'Blurred') => request(gateway, refundJob, { id, reason }, token);

  expect((await refund(ada)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect((await refund(admin, ' ')).data.refundJob.issues).toEqual([{ path: ['reason'] }]);
  const live = await tokenOf('root', { roles: ['admin'] });
  expect((await refund(live)).data.refundJob).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  const { data } = await refund(admin);
  expect(data.refundJob).toMatchObject({
    entry: { kind: 'REFUND', credits: 67, balanceAfter: 1000, jobId: id, reason: 'Blurred' },
    account: { userId: 'ada', balance: 1000, held: 0 },
  });
  expect((await refund(admin)).data.refundJob).toEqual({
    __typename: 'JobStateError',
    code: 'NOT_REFUNDABLE',
    job: { id },
  });
  const { account } = (await request(gateway, books, {}, ada)).data.viewer;
  expect(account).toEqual({
    balance: 1000,
    ledger: {
      nodes: [
        { kind: 'REFUND', credits: 67, reason: 'Blurred', job: { id, charge: { state: 'CAPTURED', credits: 67 } } },
      ],
    },
  });
}, 40_000);

test('the command line books beside a running gateway, and prints JSON if asked', async () => {
  const { gateway, folder } = await openLive(closers);
  const variables = { DATABASE_URL: `file:${join(folder.path, 'reelgate.db')}` };
  const args = ['--user', 'ada', '--env', 'test', '--credits', '5', '--reason', 'Gift'];
  const granted = await commands.get('grant')?.({
    variables,
    args,
    note: () => undefined,
    write: async () => undefined,
  });
  expect(granted).toMatchObject({ isDone: true, json: { account: { balance: 1005 }, created: true } });
  const { account } = (await request(gateway, books, {}, await tokenOf('ada', { env: 'test' }))).data.viewer;
  expect(account).toMatchObject({ balance: 1005, ledger: { nodes: [{ kind: 'GRANT', reason: 'Gift', job: null }] } });
});
