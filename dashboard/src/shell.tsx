import { useEffect, useMemo, useRef } from 'react';
import { useSubscription } from 'urql';
import type { Api } from './api/client.ts';
import { accountUpdated, type Viewer } from './api/operations.ts';
import { createFeed, FeedContext, useFeedOf } from './feed.ts';
import { useShortcuts } from './keys.ts';
import { Admin } from './page/admin.tsx';
import { Create } from './page/create.tsx';
import { Credits } from './page/credits.tsx';
import { JobPage } from './page/job.tsx';
import { Watch } from './page/watch.tsx';
import { Announcer } from './part/announcer.tsx';
import { ConnectionSign } from './part/connection-sign.tsx';
import { Header } from './part/header.tsx';
import { Help } from './part/help.tsx';
import { Link } from './part/link.tsx';
import { Empty } from './part/notice.tsx';
import { type Route, routeOf, usePath } from './route.ts';
import { useTitle } from './title.ts';

/** Everything around the pages: who is there, what they can spend, how the live connection is. */
export function Shell({ api, viewer }: { readonly api: Api; readonly viewer: Viewer }) {
  const feed = useMemo(() => createFeed(), []);
  useFeedOf(api.client, feed);
  // Its answers reach whoever shows the account by way of the cache.
  useSubscription({ query: accountUpdated });
  const { isHelpOpen, closeHelp, openHelp } = useShortcuts();
  const path = usePath();
  const route = routeOf(path);
  useFocusOnArrival(path);
  return (
    <FeedContext.Provider value={feed}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header viewer={viewer} path={path} onHelp={openHelp} />
      <ConnectionSign state={api.connection} />
      <main id="main" tabIndex={-1}>
        <Page route={route} viewer={viewer} />
      </main>
      <Announcer />
      <Help isOpen={isHelpOpen} onClose={closeHelp} />
    </FeedContext.Provider>
  );
}

/** Whoever follows a link by keyboard or by ear goes on at the new page's beginning. */
function useFocusOnArrival(path: string): void {
  const arrivedAt = useRef(path);
  useEffect(() => {
    if (arrivedAt.current !== path) document.getElementById('main')?.focus({ preventScroll: true });
    arrivedAt.current = path;
  }, [path]);
}

function Page({ route, viewer }: { readonly route: Route; readonly viewer: Viewer }) {
  switch (route.page) {
    case 'create':
      return <Create viewer={viewer} />;
    case 'watch':
      return <Watch />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'credits':
      return <Credits />;
    case 'admin':
      return viewer.roles.includes('admin') ? <Admin viewer={viewer} /> : <Nothing />;
    case 'unknown':
      return <Nothing />;
  }
}

function Nothing() {
  useTitle('Not found');
  return (
    <Empty title="There is nothing here">
      <p>
        The address leads nowhere, or to what is not yours to see. <Link href="/jobs">All jobs</Link>
      </p>
    </Empty>
  );
}
