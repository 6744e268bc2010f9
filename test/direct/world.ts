import { expect } from 'vitest';
import { idOf, openWorld, type World } from '../hub/world.ts';
import { send, tokenOf } from '../server/world.ts';
import { claimed, lives } from '../store/contract/world.ts';
import type { Body, Ids } from './corpus.ts';

type Sent = {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body: Body;
  readonly path?: string;
};

type Options = Parameters<typeof openWorld>[0];

/**
 * Two gateways with the same history. By default one responds directly and compiles everything at once; the other leaves everything to
 * yoga.
 */
export async function openBoth(
  one: Options = { usesBeforeCompiled: 0 },
  other: Options = { http: 'yoga' },
): Promise<{ readonly worlds: readonly World[]; readonly ids: Ids }> {
  const quick = await openWorld(one);
  const plain = await openWorld(other);
  const ids = await Promise.all([quick, plain].map(prepare));
  expect(ids[1]).toEqual(ids[0]);
  const [first] = ids;
  if (first === undefined) throw new Error('There are two.');
  return { worlds: [quick, plain], ids: first };
}

/** One of ada's jobs in every state, and one of bob's. */
export async function prepare(world: World): Promise<Ids> {
  for (const events of Object.values(lives)) {
    let job = await world.job();
    for (const event of events) job = await world.happen(job, event);
  }
  const job = await world.happen(await world.job(), claimed);
  return {
    job: idOf(job),
    theirs: idOf(await world.job('bob')),
    none: idOf({ ...job, id: job.id.replace(/.$/, 'f') }),
  };
}

/** The random part of newly made keys and tokens. */
const secrets = /"(sk|ct)_[\w.-]+"/g;

/** A world's response without times and random values. */
export async function answerOf({ url }: World, { method = 'POST', headers, body, path = '/graphql' }: Sent) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await send(url, { method, path, headers: { 'x-request-id': 'same', ...headers }, body: [text] });
  const { date: _, ...headersLeft } = response.headers;
  return { status: response.status, headers: headersLeft, text: response.text.replace(secrets, '"$1_…"') };
}

/** Expects both worlds to respond the same; returns the response. */
export async function expectSame(worlds: readonly World[], sent: Sent): Promise<{ status: number; text: string }> {
  const [direct, plain] = await Promise.all(worlds.map((world) => answerOf(world, sent)));
  expect(direct, JSON.stringify(sent)).toEqual(plain);
  return { status: direct?.status ?? 0, text: direct?.text ?? '' };
}

/** True if the response is a stream of events, which would not end. */
export function isStreamed(body: Body, accept = '*/*'): boolean {
  return JSON.stringify(body).includes('subscription ') && /text\/|\*\/\*/.test(accept);
}

/** Options of a request with a JSON body. */
export const json = { 'content-type': 'application/json' };

/** The header with the credentials. */
export const bearer = async (userId: string, claims: Record<string, unknown> = {}) => ({
  authorization: `Bearer ${await tokenOf({ sub: userId, env: 'test', ...claims }, '2027-01-01T00:00:00Z')}`,
});
