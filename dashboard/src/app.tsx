import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Provider, useQuery } from 'urql';
import { type Api, createApi, refusalOf, sentenceOf } from './api/client.ts';
import { viewerQuery } from './api/operations.ts';
import { SignIn } from './page/sign-in.tsx';
import { ErrorNotice } from './part/notice.tsx';
import { currentSession, onSession, type Session, signOut } from './session.ts';
import { Shell } from './shell.tsx';

/** The dashboard: signs in where that is needed, then shows the page of the address. */
export function App() {
  const session = useSyncExternalStore(onSession, currentSession);
  return <Visit key={session.credential ?? ''} session={session} />;
}

/** One session, with a client of its own. */
function Visit({ session }: { readonly session: Session }) {
  const [refused, setRefused] = useState<string | null>(null);
  const api = useMemo(() => createApi(session, setRefused), [session]);
  useEffect(
    () => () => {
      Promise.resolve(api.socket.dispose()).catch(reportError);
    },
    [api],
  );

  if (refused !== null && session.credential === null) return <SignIn notice={session.notice} />;
  return (
    <Provider value={api.client}>
      <Gate api={api} />
      {refused !== null && <Leave notice={refused} />}
    </Provider>
  );
}

/** Forgets a credential that is refused. */
function Leave({ notice }: { readonly notice: string }) {
  useEffect(() => signOut(notice), [notice]);
  return null;
}

/** Asks who is there before anything else is shown. */
function Gate({ api }: { readonly api: Api }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: viewerQuery });
  if (data !== undefined) return <Shell api={api} viewer={data.viewer} />;
  if (error !== undefined && !fetching) {
    if (refusalOf(error) !== null) return null;
    if (error.networkError === undefined) return <SignIn notice={sentenceOf(error)} />;
    return (
      <main className="gate">
        <ErrorNotice text={sentenceOf(error)} onRetry={() => ask({ requestPolicy: 'network-only' })} />
      </main>
    );
  }
  return (
    <main className="gate" aria-busy="true">
      <p className="quiet">Opening Reelgate …</p>
    </main>
  );
}
