import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../client/src/index.ts';
import { respond } from '../world/provider.ts';
import { createStorage, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

const submissionsOf = (prompt: string) => world.provider.submissions.filter((each) => each.prompt === prompt);

describe('generate', () => {
  it('makes one job of a double click, and another of the same input with another intent', async () => {
    const kit = openKit(world.gateway, { user: 'double' });
    const prompt = 'A double click';
    const click = (intent?: string) => kit.generate({ prompt }, { intent });
    const [one, two] = await Promise.all([click(), click()]);
    // A provider may be faster than the second click.
    const three = await click();
    expect(one.__typename).toBe('GenerateVideoSuccess');
    expect([two, three]).toEqual([one, one]);
    expect(submissionsOf(prompt)).toHaveLength(1);
    const other = await click('another one');
    expect(other).toMatchObject({ __typename: 'GenerateVideoSuccess', replayed: false });
    expect(submissionsOf(prompt)).toHaveLength(2);
  });

  it('repeats a request whose response was lost, with the same key', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'lost' });
    gate.lose('GenerateVideo');
    const result = await kit.generate({ prompt: 'A lost response' });
    expect(result).toMatchObject({ __typename: 'GenerateVideoSuccess', replayed: true });
    expect(gate.sent.map(({ name }) => name)).toEqual(['GenerateVideo', 'GenerateVideo']);
    expect(submissionsOf('A lost response')).toHaveLength(1);
  });

  it('keeps the key over a reload until the answer is known, and then forgets it', async () => {
    const gate = await world.gate();
    const storage = createStorage();
    const before = openKit(gate, { user: 'reload', storage });
    gate.requests = 'held';
    const unanswered = before.generate({ prompt: 'Over a reload', seed: 7 });
    unanswered.catch(() => undefined);
    await expect.poll(() => gate.sent.length).toBe(1);
    // The same request reaches the gateway, and the page that sent it is gone.
    gate.requests = 'open';
    const [{ variables } = { variables: {} }] = gate.sent;
    const after = openKit(gate, { user: 'reload', storage });
    expect(after.pending()).toEqual([{ prompt: 'Over a reload', seed: 7 }]);
    expect(openKit(gate, { user: 'somebody else', storage }).pending()).toEqual([]);
    const result = await after.generate({ seed: 7, prompt: 'Over a reload' });
    expect(result.__typename).toBe('GenerateVideoSuccess');
    expect(gate.sent.at(-1)?.variables).toEqual(variables);
    expect(after.pending()).toEqual([]);
    expect(storage.items.size).toBe(0);
  });

  it('keeps the key if the gateway cannot be reached, and makes one job when it can', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'away' });
    gate.requests = 'refused';
    await expect(kit.generate({ prompt: 'Away' })).rejects.toMatchObject({ name: 'ReelgateError', code: 'NETWORK' });
    gate.requests = 'open';
    expect(await kit.generate({ prompt: 'Away' })).toMatchObject({ __typename: 'GenerateVideoSuccess' });
    expect(new Set(gate.sent.map(({ variables }) => JSON.stringify(variables))).size).toBe(1);
  }, 60_000);

  it('returns expected failures, told apart by their type', async () => {
    const kit = openKit(world.gateway, { user: 'failing' });
    const invalid = await kit.generate({ prompt: '' });
    expect(invalid).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['prompt'] }] });
    world.provider.script = {
      submit: (_submission, response) => respond(response, 406, { error: 'Insufficient credits' }),
    };
    const short = await kit.generate({ prompt: 'No money' });
    world.provider.script = {};
    if (short.__typename === 'GenerateVideoSuccess') throw new Error('The provider refused it.');
    expect(explained(short)).toBe('PROVIDER is short of credits; the job FAILED');
    // The answer is known, so the same input is a new wish.
    expect(kit.pending()).toEqual([]);
  });

  it('stops waiting when its signal aborts; the request goes on for others', async () => {
    const kit = openKit(world.gateway, { user: 'aborting' });
    const controller = new AbortController();
    const one = kit.generate({ prompt: 'Aborted' }, { signal: controller.signal });
    const other = kit.generate({ prompt: 'Aborted' });
    controller.abort(new Error('Unmounted'));
    await expect(one).rejects.toThrow('Unmounted');
    expect(await other).toMatchObject({ __typename: 'GenerateVideoSuccess', replayed: false });
  });

  it('works where a browser forbids storage', async () => {
    const deny = () => {
      throw new Error('The operation is insecure.');
    };
    const kit = openKit(world.gateway, { user: 'strict', storage: { getItem: deny, setItem: deny, removeItem: deny } });
    expect(await kit.generate({ prompt: 'No storage' })).toMatchObject({ __typename: 'GenerateVideoSuccess' });
    expect(kit.pending()).toEqual([]);
  });
});

describe('the other requests', () => {
  it('read, list, page and retry', async () => {
    const kit = openKit(world.gateway, { user: 'reader' });
    world.provider.script = { submit: (_submission, response) => respond(response, 403, { error: 'no' }) };
    const refused = await kit.generate({ prompt: 'Refused' });
    world.provider.script = {};
    if (refused.__typename !== 'ProviderError' || refused.failedJob === null) throw new Error('It was refused.');
    const { id } = refused.failedJob;
    expect(await kit.job(id)).toMatchObject({
      id,
      status: 'FAILED',
      failure: { __typename: 'ProviderError', httpStatus: 403 },
    });
    expect(await kit.job('none')).toBeNull();
    const retried = await kit.retry(id);
    expect(retried).toMatchObject({ __typename: 'GenerateVideoSuccess', job: { prompt: 'Refused' } });
    expect(await kit.cancel(id)).toMatchObject({ __typename: 'JobStateError', code: 'NOT_CANCELABLE', job: { id } });
    const first = await kit.jobs({ first: 1 });
    expect(first.jobs).toHaveLength(1);
    const second = await kit.jobs({ first: 1, after: first.endCursor });
    expect(second).toMatchObject({ jobs: [{ id }], endCursor: null });
    expect(await kit.jobs({ filter: { status: ['FAILED'] } })).toMatchObject({ jobs: [{ id }] });
    expect(await kit.delete(id)).toMatchObject({ __typename: 'DeleteJobSuccess', job: { prompt: '' } });
    expect(await kit.credits()).toMatchObject({ userId: 'reader', balance: expect.any(Number) });
    expect(await kit.quote()).toMatchObject({ affordable: true });
    const data = await kit.request({ query: '{ viewer { userId } }' });
    expect(data).toEqual({ viewer: { userId: 'reader' } });
    await expect(kit.request({ query: '{ nothing }' })).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

/** A switch over all failures: the compiler asks for each. */
function explained(failure: Failure): string {
  switch (failure.__typename) {
    case 'InsufficientCreditsError':
      return `${failure.scope} is short of credits; the job ${failure.failedJob?.status ?? 'was not stored'}`;
    case 'InvalidInputError':
      return failure.issues.map(({ message }) => message).join(' ');
    case 'RateLimitedError':
      return `Wait ${failure.retryAfterSeconds} s.`;
    case 'IdempotencyConflictError':
    case 'JobStateError':
      return failure.job.status;
    case 'ProviderError':
    case 'ContentRejectedError':
    case 'SubmissionUnconfirmedError':
      return `${failure.httpStatus}`;
    case 'BudgetExceededError':
    case 'GenerationFailedError':
    case 'DeadlineExceededError':
    case 'NotFoundError':
    case 'UnknownFailure':
      return failure.message;
  }
}
