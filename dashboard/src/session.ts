/** Whether, and with what, requests are shown to come from somebody. */
export type Session = {
  /** A token or an API key; null where none is given, which is all that demo mode takes. */
  readonly credential: string | null;
  /** Why the credential before this was given up; null where it was not. */
  readonly notice: string | null;
};

const storageKey = 'reelgate.credential';
const listeners = new Set<() => void>();
// A tab's own storage: gone with the tab, and never in an address, a cookie or another tab.
let session: Session = { credential: sessionStorage.getItem(storageKey), notice: null };

/** The session as it is; the same object until it changes. */
export function currentSession(): Session {
  return session;
}

/** Calls back after every change; returns how to stop. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Goes on with a credential. */
export function signIn(credential: string): void {
  sessionStorage.setItem(storageKey, credential);
  become({ credential, notice: null });
}

/** Forgets the credential; `notice` tells why where it was not wished for. */
export function signOut(notice: string | null = null): void {
  sessionStorage.removeItem(storageKey);
  become({ credential: null, notice });
}

/** The headers, or the parameters of a socket, that show the credential. */
export function authorizationOf({ credential }: Session): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}
