import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLEnumType, parse, validate } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { type ListenCommand, listen, readListenCommand } from '../../src/cli/listen.ts';
import { ListenRefused } from '../../src/cli/listen-endpoint.ts';
import { signedBy } from '../../src/credential/webhook-secret.ts';
import { openReceiver, verified } from '../webhook/world.ts';
import { makeFolder } from '../world/gateway.ts';

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3';

const schema = createSchema();

type Asked = { query: string; variables: Record<string, { url?: string; eventTypes?: readonly string[] }> };

/** An endpoint in the list of the stand-in. */
type Listed = { id: string; url: string; description: string | null; userId: string | null };

/** A stand-in for the API of a gateway, asked by `ana`, an admin. */
async function openApi(endpoints: readonly Listed[] = []) {
  const asked: Asked[] = [];
  const api = await openReceiver(({ body }, response) => {
    const request = JSON.parse(body);
    expect(validate(schema, parse(request.query))).toEqual([]);
    asked.push(request);
    const data = request.query.includes('createWebhookEndpoint')
      ? { createWebhookEndpoint: { secret, endpoint: { id: 'new' } } }
      : { viewer: { userId: 'ana' }, webhookEndpoints: endpoints };
    response.end(JSON.stringify({ data }));
  });
  const deleted = () => asked.filter(({ query }) => query.includes('delete')).map(({ variables }) => variables['id']);
  return { url: `http://127.0.0.1:${api.port}`, api, asked, deleted };
}

/** A listener that is closed after the test; it returns its own URL and what it has printed. */
async function openListener({ url, asked }: Awaited<ReturnType<typeof openApi>>, forwardTo: string | null) {
  const lines: string[] = [];
  const command: ListenCommand = { url, forwardTo, token: 't1' };
  const listening = await listen(command, (line) => void lines.push(line.replace(/^\d\d:\d\d:\d\d /, '')));
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= listening.close();
    return closing;
  };
  onTestFinished(close);
  const { url: own = '', eventTypes = [] } = asked.at(-1)?.variables['input'] ?? {};
  return { listening, lines, own, eventTypes, close };
}

test('listens at an endpoint of its own, forwards with valid signatures, answers as the receiver, and cleans up', async () => {
  const api = await openApi();
  const receiver = await openReceiver((_, response) => void response.writeHead(418).end('teapot'));
  const { listening, lines, own, eventTypes, close } = await openListener(api, receiver.url);
  expect(listening.secret).toBe(secret);
  expect(api.api.received[0]?.headers['authorization']).toBe('Bearer t1');
  const known = schema.getType('WebhookEventType') as GraphQLEnumType;
  const names = known.getValues().map(({ name }) => name);
  expect([...eventTypes, 'WEBHOOK_TEST']).toEqual(names);
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
  expect(lines).toEqual([
    'job.completed j version 5 → 418',
    'budget.reached ana MONTH 80 % → 418',
    'budget.reached installation TOTAL 100 % → 418',
  ]);
  await close();
  expect(api.deleted()).toEqual(['new']);
});

test('removes the endpoints that its own dead listeners have left, and no others', async () => {
  const living = await openListener(await openApi(), null);
  const stranger = await openReceiver();
  const frozen = await openReceiver(() => undefined);
  const mark = { description: 'reelgate listen', userId: 'ana' };
  const dead = 'http://127.0.0.1:9/';
  const api = await openApi([
    { ...mark, id: 'dead', url: dead },
    { ...mark, id: 'port of another program', url: stranger.url.replace('hook', '') },
    { ...mark, id: 'living', url: living.own },
    { ...mark, id: 'halted', url: frozen.url },
    { ...mark, id: 'of another user', url: dead, userId: 'bob' },
    { ...mark, id: 'of all users', url: dead, userId: null },
    { ...mark, id: 'elsewhere', url: 'https://backend.example.com/' },
    { ...mark, id: 'of a backend', url: dead, description: null },
  ]);
  await openListener(api, null);
  expect(api.deleted().toSorted()).toEqual(['dead', 'port of another program']);
});

test('goes on after requests that are no webhooks, and where the receiver is not there', async () => {
  const { own, lines } = await openListener(await openApi(), 'http://127.0.0.1:9/hook');
  const post = async (url: string, body: string) => (await fetch(url, { method: 'POST', body })).status;
  expect((await fetch(new URL('/', own))).status).toBe(404);
  expect((await fetch(own)).status).toBe(200);
  expect(await post(new URL('/favicon.ico', own).href, '{}')).toBe(404);
  for (const body of ['', '<html>', 'null', '7', '{"type":"job.completed"}']) expect(await post(own, body)).toBe(502);
  const noWebhook = 'A request that is no webhook → The receiver could not be reached.';
  expect(lines).toEqual(Array.from({ length: 5 }, () => noWebhook));
});

describe('is refused with a sentence', () => {
  const refusalOf = async (url: string, askMs?: number) => {
    const error = await listen({ url, forwardTo: null, token: null }, () => undefined, askMs).catch((reason) => reason);
    expect(error).toBeInstanceOf(ListenRefused);
    return error.message.replaceAll(url, 'URL');
  };

  test('if no gateway answers', async () => {
    expect(await refusalOf('http://127.0.0.1:9')).toBe('No gateway answers at URL: start one, or set --url.');
  });

  test.each(['<html>', '', 'null', '7', '[]', '{"data":null}', '{"data":{}}', '{"errors":"no"}', '{"errors":[null]}'])(
    'if something else answers %s',
    async (body) => {
      const { port } = await openReceiver((_, response) => void response.end(body));
      expect(await refusalOf(`http://127.0.0.1:${port}`)).toBe('What answers at URL is no gateway: set --url.');
    },
  );

  test('if the gateway refuses, or does not answer in time', async () => {
    const refuse = '{"errors":[{"message":"Sign in first: this needs a token."}]}';
    const refusing = await openReceiver((_, response) => void response.end(refuse));
    expect(await refusalOf(`http://127.0.0.1:${refusing.port}`)).toBe('Sign in first: this needs a token.');
    const frozen = await openReceiver(() => undefined);
    expect(await refusalOf(`http://127.0.0.1:${frozen.port}`, 200)).toBe(
      'The gateway at URL did not answer within 0.2 s.',
    );
  });
});

describe('the arguments', () => {
  const usageOf = (args: readonly string[], variables = {}) => {
    const read = readListenCommand(args, variables);
    return 'usage' in read ? (read.usage.split('\n')[0] ?? '') : read;
  };

  test('are URLs and a token, which may stand in the environment or in a file', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const file = join(folder.path, 'token');
    writeFileSync(file, 'from-file\n');
    const forwardTo = 'http://localhost:3000/@hook?key=1';
    const read = { forwardTo, url: 'http://127.0.0.1:4000', token: 'k' };
    expect(usageOf(['--forward-to', forwardTo], { REELGATE_TOKEN: ' k ' })).toEqual(read);
    expect(usageOf(['--url', 'https://gate.example.com/video/'], { REELGATE_TOKEN_FILE: file })).toEqual({
      forwardTo: null,
      url: 'https://gate.example.com/video',
      token: 'from-file',
    });
    expect(usageOf(['--token', 'k', '--forward-to', forwardTo], { REELGATE_TOKEN_FILE: '/none' })).toEqual(read);
    expect(usageOf([], { REELGATE_TOKEN_FILE: '/none' })).toBe(
      'REELGATE_TOKEN_FILE must be the path of a file with the value of REELGATE_TOKEN; there is no such file.',
    );
  });

  test.each([
    [['--forward-to', 'x'], /^--forward-to must be an absolute http or https URL/],
    [['--forward-to', 'http://ana:geheim@localhost/hook'], /^--forward-to must be .* without a user and a password\.$/],
    [
      ['--url', 'http://ana:geheim@localhost'],
      /^--url must be .* without a user, a password, a query and a fragment\.$/,
    ],
    [['--url', 'http://ana:1/geheim@localhost'], /^--url must be /],
    [['--url', 'http://localhost/?key=geheim'], /^--url must be /],
    [['http://ana:geheim@localhost'], /^Unexpected argument '…'\.$/],
    [['--forward=http://ana:geheim@localhost'], /^Unknown option '--forward'\.$/],
    [['--port', '1'], /^Unknown option '--port'\.$/],
  ])('%j are refused with a sentence that shows no password', (args, sentence) => {
    const usage = usageOf(args);
    expect(usage).toMatch(sentence);
    expect(usage).not.toContain('geheim');
  });
});
