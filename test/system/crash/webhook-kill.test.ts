import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { failpointNames } from '../../../src/config/failpoint.ts';
import { createWebhookSecrets } from '../../../src/credential/webhook-secret.ts';
import { attemptLeaseMs, deliveryClaimed } from '../../../src/domain/webhook-schedule.ts';
import { newFolder } from '../../blob/world.ts';
import { deliveriesOf, endpoint } from '../../store/contract/webhook-world.ts';
import { admit, canceled, changeOf, newId } from '../../store/contract/world.ts';
import { openReceiver, type Receiver, verified } from '../../webhook/world.ts';

const failpoints = failpointNames.filter((name) => name.includes('webhook'));

type Store = ReturnType<typeof openSqliteStore>;

/** A database with one endpoint and a job whose end it is to be told of. */
async function openWorld(receiver: Receiver) {
  const file = join(newFolder(), 'reelgate.db');
  async function between<Result>(change: (store: Store) => Promise<Result>): Promise<Result> {
    const store = openSqliteStore({ file, newId, exclusive: true });
    try {
      return await change(store);
    } finally {
      await store.close();
    }
  }
  const id = newId();
  const { shown, sealed } = createWebhookSecrets({ keys: [], databaseSecret: new Uint8Array(32) }).create(id);
  await between(async (store) => {
    await endpoint(store, { id, url: receiver.url, secret: sealed });
    const now = Date.now() - 60_000;
    const { job } = await admit(store, { createdAt: now });
    expect(await store.commit(changeOf(job, canceled, now), now)).toBe(true);
  });
  /** Runs a node; fulfils with what it printed before it ended. */
  async function runNode(failpoint: string, begun?: (child: ChildProcess) => void): Promise<string> {
    const args = ['--import', 'tsx', join(import.meta.dirname, 'webhook-node.ts'), file, failpoint];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    begun?.(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    return output;
  }
  /** Lets the lease of a dead node run out: the delivery is due again. */
  const expireLease = () =>
    between(async (store) => {
      const [delivery] = await deliveriesOf(store, { id });
      if (delivery?.leased !== true) return;
      const [claimed] = await store.claimWebhooks(
        { slots: 9, failingSlots: 9, testSlots: 9 },
        Date.now() + attemptLeaseMs,
      );
      if (claimed === undefined) throw new Error('The lease did not run out.');
      const { attempts: _, ...old } = delivery;
      const due = { ...deliveryClaimed(old, 0), leased: false, nextAt: 0 };
      await store.settleWebhook(
        claimed.delivery,
        { at: 0, durationMs: 0, httpStatus: null, error: 'Died.', response: null },
        (pair) => ({ ...pair, delivery: due }),
      );
    });
  return { id, shown, between, runNode, expireLease };
}

it.each([...failpoints, 'during the POST'])(
  'a webhook survives a node that dies at %s, under the same id',
  async (name) => {
    const receiver = await openReceiver();
    const { id, shown, between, runNode, expireLease } = await openWorld(receiver);
    if (name === 'during the POST') {
      await runNode('', (child) => {
        receiver.answer = () => void child.kill('SIGKILL');
      });
      receiver.answer = (_, response) => void response.writeHead(200).end();
    } else expect(await runNode(name)).toBe('');
    await expireLease();
    expect(await runNode('')).toBe('done\n');
    expect(await between((store) => deliveriesOf(store, { id }))).toMatchObject([{ state: 'DELIVERED' }]);
    expect(receiver.received.length).toBeGreaterThan(0);
    const ids = receiver.received.map((each) => {
      expect(verified(shown, each).type).toBe('job.canceled');
      return each.headers['webhook-id'];
    });
    expect(new Set(ids).size).toBe(1);
  },
);
