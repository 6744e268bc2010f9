import type { GraphQLEnumType } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { type ListenCommand, ListenRefused, listen, readListenCommand } from '../../src/cli/listen.ts';
import { signedBy } from '../../src/credential/webhook-secret.ts';
import { openReceiver, verified } from '../webhook/world.ts';

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3';

/** A stand-in for the API of a gateway: it has one endpoint that an earlier listener left. */
async function openApi() {
  const asked: { query: string; variables: Record<string, { url?: string; eventTypes?: readonly string[] }> }[] = [];
  const api = await openReceiver(({ body }, response) => {
    const request = JSON.parse(body);
    asked.push(request);
    const data = request.query.includes('createWebhookEndpoint')
      ? { createWebhookEndpoint: { secret, endpoint: { id: 'new' } } }
      : {
          webhookEndpoints: [
            { id: 'old', description: 'reelgate listen' },
            { id: 'other', description: null },
          ],
        };
    response.end(JSON.stringify({ data }));
  });
  return { url: `http://127.0.0.1:${api.port}`, api, asked };
}

test('listens at an endpoint of its own, forwards with valid signatures, answers as the receiver, and cleans up', async () => {
  const { url, api, asked } = await openApi();
  const receiver = await openReceiver((_, response) => void response.writeHead(418).end('teapot'));
  const lines: string[] = [];
  const command: ListenCommand = { url, forwardTo: receiver.url, token: 't1' };
  const listening = await listen(command, (line) => void lines.push(line));
  let isClosed = false;
  onTestFinished(() => (isClosed ? undefined : listening.close()));
  expect(listening.secret).toBe(secret);
  expect(api.received[0]?.headers['authorization']).toBe('Bearer t1');
  expect(asked.filter(({ query }) => query.includes('delete')).map(({ variables }) => variables['id'])).toEqual([
    'old',
  ]);
  const { url: own = '', eventTypes } = asked.at(-1)?.variables['input'] ?? {};
  const known = createSchema().getType('WebhookEventType') as GraphQLEnumType;
  const names = known.getValues().map(({ name }) => name);
  expect([...(eventTypes ?? []), 'WEBHOOK_TEST']).toEqual(names);
  const sendTo = (type: string, data: object) => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
    const headers = signedBy(secret, { id: 'msg_1', at: Date.now(), body });
    return fetch(own, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
  };
  const response = await sendTo('job.completed', { id: 'j', version: 5 });
  expect([response.status, await response.text()]).toEqual([418, 'teapot']);
  const [received] = receiver.received;
  if (received === undefined) throw new Error('Nothing came');
  expect(verified(secret, received)).toMatchObject({ type: 'job.completed' });
  await sendTo('budget.reached', { userId: 'ana', period: 'MONTH', percent: 80 });
  await sendTo('budget.reached', { userId: null, period: 'TOTAL', percent: 100 });
  expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).toEqual([
    'job.completed j version 5 → 418',
    'budget.reached ana MONTH 80 % → 418',
    'budget.reached installation TOTAL 100 % → 418',
  ]);
  isClosed = true;
  await listening.close();
  expect(asked.at(-1)?.variables['id']).toBe('new');
});

test('says so if no gateway answers, and which arguments it takes', async () => {
  const command = { url: 'http://127.0.0.1:9', forwardTo: null, token: null };
  await expect(listen(command, () => undefined)).rejects.toThrow(ListenRefused);
  expect(readListenCommand(['--forward-to', 'http://localhost:3000/hook'], 'k')).toEqual({
    forwardTo: 'http://localhost:3000/hook',
    url: 'http://127.0.0.1:4000',
    token: 'k',
  });
  for (const args of [
    ['--forward-to', 'x'],
    ['--port', '1'],
  ])
    expect(readListenCommand(args, null)).toHaveProperty('usage');
});
