import type { IncomingMessage } from 'node:http';
import type { Refused } from './auth-result.ts';
import { strayHeaderOf, strayMemberOf } from './stray-credential.ts';

/** The credential of a request to upgrade: its header, and whether a web page sent it (it has an Origin). */
export type UpgradeCredential = {
  readonly authorization: string | undefined;
  readonly fromPage: boolean;
  /** The refusal of a credential in a place that is not read. */
  readonly stray: Refused | null;
};

/** The credential of a socket; undefined where it sent none. */
export type Shown = { readonly authorization: string | undefined };

type Payload = Readonly<Record<string, unknown>>;

/** Members of a `connection_init` payload in which some clients nest the credential; others write it at the top level. */
const nests = ['headers', 'connectionParams'];

const strayHeader: Refused = {
  kind: 'invalid',
  message: 'A page must send its token in connection_init, not in the upgrade',
};

/** The credential of a request to upgrade to a WebSocket. */
export function upgradeCredentialOf(request: IncomingMessage): UpgradeCredential {
  const { authorization, origin } = request.headers;
  return { authorization, fromPage: origin !== undefined, stray: strayHeaderOf(request) };
}

/** The credential of a request over HTTP, or the refusal of one in a place that is not read. */
export function headerCredentialOf(request: IncomingMessage): Shown | Refused {
  const { authorization } = request.headers;
  return isBlank(authorization) ? (strayHeaderOf(request) ?? { authorization }) : { authorization };
}

/**
 * The credential of a socket: the payload's or, where it has none, the header of its upgrade. That header counts only where no page sent
 * it, since a browser adds credentials that it remembers on its own. A page's header is refused, and so is a credential in any other
 * place: none may be ignored.
 */
export function credentialOf(payload: Payload, { authorization, fromPage, stray }: UpgradeCredential): Shown | Refused {
  const places = [payload, ...nests.flatMap((name) => membersOf(payload, name)).filter(isObject)];
  const texts = places.flatMap((place) => membersOf(place, 'authorization')).map(textOf);
  const shown = texts.find((text) => !isBlank(text));
  if (shown !== undefined) return { authorization: shown };
  if (!isBlank(authorization)) return fromPage ? strayHeader : { authorization };
  return strayMemberOf(payload) ?? stray ?? { authorization };
}

/** Whether there is no credential: clients without a token send an empty one. */
export function isBlank(authorization: string | undefined): boolean {
  return authorization === undefined || authorization.trim() === '';
}

/** The members with this name, in upper or lower case. */
function membersOf(payload: Payload, wanted: string): readonly unknown[] {
  const names = Object.keys(payload).filter((name) => name.toLowerCase() === wanted.toLowerCase());
  return names.map((name) => payload[name]);
}

/** A value that is not a string becomes JSON, so that it is refused rather than ignored. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
