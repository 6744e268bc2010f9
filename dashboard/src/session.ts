import { tabStorage } from './storage.ts';

/** The credential of this tab. */
export type Session = {
  /** A token or an API key; null: none, which is enough in demo mode. */
  readonly credential: string | null;
  /** Why the previous credential was dropped; null if the user signed out. */
  readonly notice: string | null;
};

/** The `rel` of links to GraphiQL. A tab with an opener starts with a copy of this tab's storage, so nobody has to sign in there again. */
export const withSession = 'opener';

const listeners = new Set<() => void>();
let session: Session = { credential: tabStorage.read('credential'), notice: null };

/** The current session; the same object until it changes. */
export function currentSession(): Session {
  return session;
}

/** Calls back after every change, until the returned function is called. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Stores a credential and starts a session with it. */
export function signIn(credential: string): void {
  tabStorage.write('credential', credential);
  become({ credential, notice: null });
}

/** Forgets the credential; `notice` says why, if the user did not ask for it. */
export function signOut(notice: string | null = null): void {
  // Whoever signs out leaves nothing behind; whoever was signed out finds the draft again.
  if (notice === null) tabStorage.clear();
  else tabStorage.write('credential', null);
  become({ credential: null, notice });
}

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}
