import { webhookEventTypes } from '../domain/webhook.ts';

/** Where the gateway is, and how it is asked. */
type ListenGateway = {
  /** Without a slash at its end, a user, a password, a query and a fragment: sentences quote it. */
  readonly url: string;
  readonly token: string | null;
  /** How long an answer may take. */
  readonly askMs: number;
};

/** Why a gateway made no endpoint, a sentence. */
export class ListenRefused extends Error {
  override readonly name = 'ListenRefused';
}

/** By this description a listener finds the endpoints that one before it has left. */
const description = 'reelgate listen';

/** A listener answers a GET of its URL with this, so that others find it alive. */
export const alive = 'A reelgate listen is here.';

/** Where listeners are. No other address is asked whether a listener is there. */
const ownPlace = /^http:\/\/127\.0\.0\.1:\d{1,5}\/[\w-]{0,36}$/;

const aliveMs = 2000;

/** Everything that happens, as the API names it: `JOB_LATE_VIDEO` is written `job.late_video`. */
const eventTypes = webhookEventTypes
  .filter((type) => type !== 'webhook.test')
  .map((type) => type.replace('.', '_').toUpperCase());

/** Creates an endpoint for everything that happens. */
export async function createEndpoint(gateway: ListenGateway, url: string): Promise<{ id: string; secret: string }> {
  const create = `mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
    ... on CreateWebhookEndpointSuccess { secret endpoint { id } } ... on Failure { message } } }`;
  const data = await ask(gateway, create, { input: { url, description, eventTypes } });
  type Created = { secret?: string; endpoint?: { id: string }; message?: string } | undefined;
  // The gateway's schema promises these.
  const result = data['createWebhookEndpoint'] as Created;
  if (result?.secret !== undefined && result.endpoint !== undefined)
    return { id: result.endpoint.id, secret: result.secret };
  if (result?.message === undefined) throw noGateway(gateway);
  throw new ListenRefused(`${result.message} reelgate listen works with a gateway on this machine, in TEST.`);
}

type Listed = { id: string; url: string; description: string | null; userId: string | null };

/** Removes the caller's endpoints whose listeners have died: an admin also sees those of others, and others may be listening now. */
export async function removeDead(gateway: ListenGateway): Promise<void> {
  const data = await ask(gateway, '{ viewer { userId } webhookEndpoints { id url description userId } }');
  // The gateway's schema promises these.
  const { viewer, webhookEndpoints } = data as { viewer?: { userId: string }; webhookEndpoints?: readonly Listed[] };
  if (viewer === undefined || webhookEndpoints === undefined) throw noGateway(gateway);
  const own = webhookEndpoints.filter((each) => each.description === description && each.userId === viewer.userId);
  await Promise.all(
    own.map(async ({ id, url }) => {
      if (ownPlace.test(url) && (await isDead(url))) await removeEndpoint(gateway, id);
    }),
  );
}

/** Removes an endpoint, if it is there. */
export async function removeEndpoint(gateway: ListenGateway, id: string): Promise<void> {
  await ask(gateway, 'mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }', { id });
}

/** Whether no listener is at a URL: nothing is, or something else. One that is halted does not answer in time, and is not dead. */
async function isDead(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(aliveMs) });
    return (await response.text()) !== alive;
  } catch (error) {
    return !isTimeout(error);
  }
}

/** Whether a request has failed because it took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

type Data = Readonly<Record<string, unknown>>;

async function ask(gateway: ListenGateway, query: string, variables: Data = {}): Promise<Data> {
  const { url, token, askMs } = gateway;
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const body = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(askMs),
  })
    .then((response) => response.text())
    .catch((error: unknown) => {
      const late = `The gateway at ${url} did not answer within ${askMs / 1000} s.`;
      const message = isTimeout(error) ? late : `No gateway answers at ${url}: start one, or set --url.`;
      throw new ListenRefused(message, { cause: error });
    });
  const { data, errors } = answerOf(body);
  if (typeof errors?.[0]?.message === 'string') throw new ListenRefused(errors[0].message);
  if (typeof data !== 'object' || data === null) throw noGateway(gateway);
  return data;
}

type Answer = { readonly data?: Data | null; readonly errors?: readonly { readonly message?: unknown }[] };

/** A GraphQL response; empty if a body is none. */
function answerOf(body: string): Answer {
  try {
    // Every member is checked where it is read.
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

function noGateway({ url }: ListenGateway): ListenRefused {
  return new ListenRefused(`What answers at ${url} is no gateway: set --url.`);
}
