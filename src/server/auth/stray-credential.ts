import type { IncomingMessage } from 'node:http';
import type { Refused } from './auth-result.ts';

/** Names under which other servers take credentials, in lower case and without separators or a leading "x". */
const credentialNames: ReadonlySet<string> = new Set([
  ...['apikey', 'apitoken', 'apisecret', 'accesskey', 'accesstoken', 'auth', 'authkey', 'authtoken', 'authorization'],
  ...[
    'bearer',
    'bearertoken',
    'clientsecret',
    'clienttoken',
    'credential',
    'credentials',
    'idtoken',
    'jwt',
    'jwttoken',
  ],
  ...['key', 'password', 'secret', 'secretkey', 'sessiontoken', 'token', 'usertoken'],
]);

/** How deep the members of `connection_init` are searched. */
const deepest = 4;

/** How many members are searched; a client's own metadata may be long. */
const maxMembers = 200;

const longestName = 30;

/**
 * The refusal of a credential that a client sends in a member of `connection_init` which the gateway does not read; null where there is
 * none. Ignoring it would make the caller somebody else: in demo mode an admin.
 */
export function strayMemberOf(payload: Readonly<Record<string, unknown>>): Refused | null {
  let searched = 0;

  function nameIn(value: object, depth: number): string | null {
    for (const [name, member] of Object.entries(value)) {
      searched += 1;
      if (searched > maxMembers) return null;
      if (isNothing(member)) continue;
      if (isCredentialName(name)) return name;
      if (typeof member !== 'object' || member === null || depth === deepest) continue;
      const found = nameIn(member, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  const name = nameIn(payload, 1);
  return name === null ? null : refusedMember(name);
}

function refusedMember(name: string): Refused {
  const message = `Send the credential as {"authorization": "Bearer …"}; "${name.slice(0, longestName)}" is not read.`;
  return { kind: 'invalid', message };
}

/**
 * The refusal of a credential in a header or a query parameter that the gateway does not read, such as `X-API-Key`; null where there is
 * none. Cookies do not count: browsers send those of every other program on this machine.
 */
export function strayHeaderOf({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): Refused | null {
  const header = Object.keys(headers).find(
    (name) => name !== 'authorization' && isCredentialName(name) && !isNothing(headers[name]),
  );
  const name = header ?? parameterOf(url);
  if (name === undefined) return null;
  const message = `Send the credential as "Authorization: Bearer …"; "${name.slice(0, longestName)}" is not read.`;
  return { kind: 'invalid', message };
}

function parameterOf(url: string): string | undefined {
  const at = url.indexOf('?');
  if (at < 0) return undefined;
  const parameters = [...new URLSearchParams(url.slice(at + 1))];
  return parameters.find(([name, value]) => isCredentialName(name) && value !== '')?.[0];
}

function isCredentialName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_.\s]/g, '');
  return credentialNames.has(plain) || (plain.startsWith('x') && credentialNames.has(plain.slice(1)));
}

/** Whether a member has no content: clients without a token send an empty one. */
function isNothing(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === false;
}
