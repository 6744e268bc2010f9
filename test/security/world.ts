import { openWorld, type World } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import { type HttpResponse, request } from '../world/gateway.ts';

export const createKey = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  ... on CreateApiKeySuccess { secret apiKey { id name userId scopes expiresAt revokedAt } }
  ... on InvalidInputError { issues { path } }
} }`;

export const createToken = `mutation ($input: CreateClientTokenInput!) { createClientToken(input: $input) {
  ... on CreateClientTokenSuccess { token expiresAt }
  ... on InvalidInputError { issues { path } }
} }`;

export const revoke = `mutation ($id: ID!) { revokeApiKey(id: $id) {
  __typename ... on RevokeApiKeySuccess { apiKey { revokedAt } } ... on Failure { code message }
} }`;

export const generate = `mutation { generateVideo { __typename ... on GenerateVideoSuccess { replayed }
  ... on InsufficientCreditsError { message required available } } }`;

/** A world, and an admin's token for it. */
export async function open() {
  const world = await openWorld();
  const admin = await tokenOf({ sub: 'root', env: 'test', roles: ['admin'] }, '2027-01-01T00:00:00Z');
  return { ...world, admin };
}

/** An API key that the admin has created. */
export async function keyOf(world: World & { admin: string }, input: object) {
  const { data } = await request(world, createKey, { input }, world.admin);
  return data.createApiKey as { secret: string; apiKey: { id: string } };
}

/** A client token that the admin has created. */
export async function clientTokenOf(world: World & { admin: string }, input: object): Promise<string> {
  const { data } = await request(world, createToken, { input }, world.admin);
  return data.createClientToken.token;
}

export const codesOf = ({ errors = [] }: HttpResponse) =>
  errors.map((error: { extensions: { code: string } }) => error.extensions.code);

/** Opens a stream of events; returns the response once it has ended. */
export function stream(world: World, query: string, token: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
  return fetch(`${world.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }).then((response) =>
    response.text(),
  );
}
