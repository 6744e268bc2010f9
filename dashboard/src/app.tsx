import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Provider, useQuery } from 'urql';
import { type Api, createApi, refusalOf, sentenceOf } from './api/client.ts';
import { viewerQuery } from './api/operations.ts';
import { NotFound } from './page/not-found.tsx';
import { SignIn } from './page/sign-in.tsx';
import { ErrorBoundary } from './part/error-boundary.tsx';
import { ErrorNotice } from './part/notice.tsx';
import { routeOf, usePath } from './route.ts';
import { currentSession, onSession, type Session, signOut } from './session.ts';
import { Shell } from './shell.tsx';

/** The dashboard: signs in if the gateway asks for it, then shows the page of the address. */
export function App() {
  const session = useSyncExternalStore(onSession, currentSession);
  return (
    <ErrorBoundary key={session.credential ?? ''}>
      <Visit session={session} />
    </ErrorBoundary>
  );
}

/** One session, with a client of its own. */
function Visit({ session }: { readonly session: Session }) {
  const [refused, setRefused] = useState<string | null>(null);
  const api = useMemo(() => createApi(session, setRefused), [session]);
  const path = usePath();
  useEffect(() => () => api.reelgate.close(), [api]);

  if (refused !== null && session.credential === null) {
    // Nobody has to sign in to learn that an address leads nowhere.
    return routeOf(path).page === 'unknown' ? <Lost /> : <SignIn notice={session.notice} />;
  }
  return (
    <Provider value={api.client}>
      <Gate api={api} />
      {refused !== null && <Leave notice={refused} />}
    </Provider>
  );
}

function Lost() {
  return (
    <main className="gate">
      <NotFound />
    </main>
  );
}

/** Forgets a refused credential. */
function Leave({ notice }: { readonly notice: string }) {
  useEffect(() => signOut(notice), [notice]);
  return null;
}

/** Learns who is signed in before it shows anything else. */
function Gate({ api }: { readonly api: Api }) {
  const [{ data, error, fetching }, read] = useQuery({ query: viewerQuery });
  if (data !== undefined) return <Shell api={api} viewer={data.viewer} />;
  if (error !== undefined && !fetching) {
    if (refusalOf(error) !== null) return null;
    if (error.networkError === undefined) return <SignIn notice={sentenceOf(error)} />;
    return (
      <main className="gate">
        <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      </main>
    );
  }
  return (
    <main className="gate" aria-busy="true">
      <p className="quiet">Opening Reelgate …</p>
    </main>
  );
}
