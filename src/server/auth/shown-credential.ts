import type { IncomingHttpHeaders } from 'node:http';
import type { Refused } from './auth-result.ts';

/** What a request to upgrade says of who asks: its header, and whether a page sent it (it has an Origin). */
export type UpgradeCredential = { readonly authorization: string | undefined; readonly fromPage: boolean };

/** What a socket shows of who asks; undefined: nothing. */
export type Shown = { readonly authorization: string | undefined };

type Payload = Readonly<Record<string, unknown>>;

/** Members of a `connection_init` payload in which some clients nest what others write at its top. */
const nests = ['headers', 'connectionParams'];

const strayHeader: Refused = {
  kind: 'invalid',
  message: 'A page must show its token in connection_init, not in the upgrade',
};

/** The credential of a request to upgrade to a WebSocket. */
export function upgradeCredentialOf({ authorization, origin }: IncomingHttpHeaders): UpgradeCredential {
  return { authorization, fromPage: origin !== undefined };
}

/**
 * The credential that a socket shows: the payload's before the header of its upgrade. That header counts only where no page sent it, since a
 * browser adds by itself what it remembers of a user. A page's header is refused: what is shown must never be ignored.
 */
export function credentialOf(payload: Payload, { authorization, fromPage }: UpgradeCredential): Shown | Refused {
  const places = [payload, ...nests.flatMap((name) => membersOf(payload, name)).filter(isObject)];
  const texts = places.flatMap((place) => membersOf(place, 'authorization')).map(textOf);
  const shown = texts.find((text) => !isBlank(text));
  if (shown !== undefined) return { authorization: shown };
  return fromPage && !isBlank(authorization) ? strayHeader : { authorization };
}

/** Whether nothing is shown: clients that have no token send an empty one. */
export function isBlank(authorization: string | undefined): boolean {
  return authorization === undefined || authorization.trim() === '';
}

/** All that have this name, in whatever spelling. */
function membersOf(payload: Payload, wanted: string): readonly unknown[] {
  const names = Object.keys(payload).filter((name) => name.toLowerCase() === wanted.toLowerCase());
  return names.map((name) => payload[name]);
}

/** What is no text is shown all the same: as JSON it is refused rather than overlooked. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
