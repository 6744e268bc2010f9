import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import { useSubscription } from 'urql';
import { useAllowed, ViewerContext } from './access.ts';
import type { Api } from './api/client.ts';
import { accountUpdated } from './api/credits.ts';
import type { Viewer } from './api/operations.ts';
import { createDraft, DraftContext } from './draft.ts';
import { createFeed, FeedContext, useFeedOf } from './feed.ts';
import { createJobLists, JobListsContext } from './jobs.ts';
import { Create } from './page/create.tsx';
import { JobPage } from './page/job.tsx';
import { JobsPage } from './page/jobs.tsx';
import { NotAllowed } from './page/not-allowed.tsx';
import { NotFound } from './page/not-found.tsx';
import { Announcer } from './part/announcer.tsx';
import { ConnectionSign } from './part/connection-sign.tsx';
import { ErrorBoundary } from './part/error-boundary.tsx';
import { Header } from './part/header.tsx';
import { Help } from './part/help.tsx';
import { Skeleton } from './part/notice.tsx';
import { scopeOfPage } from './places.ts';
import { type Route, routeOf, usePath } from './route.ts';
import { useShortcuts } from './shortcuts.ts';

// Pages that most visits do not need come in files of their own.
const Credits = lazy(async () => ({ default: (await import('./page/credits.tsx')).Credits }));
const Webhooks = lazy(async () => ({ default: (await import('./page/webhooks.tsx')).Webhooks }));
const WebhookPage = lazy(async () => ({ default: (await import('./page/webhook.tsx')).WebhookPage }));
const Keys = lazy(async () => ({ default: (await import('./page/keys.tsx')).Keys }));
const Users = lazy(async () => ({ default: (await import('./page/users.tsx')).Users }));
const Admin = lazy(async () => ({ default: (await import('./page/admin.tsx')).Admin }));
const AdminJob = lazy(async () => ({ default: (await import('./page/admin-job.tsx')).AdminJob }));
const AdminUser = lazy(async () => ({ default: (await import('./page/admin-user.tsx')).AdminUser }));

/** Everything around the pages: the header, the live feed, the keyboard and the state of the connection. */
export function Shell({ api, viewer }: { readonly api: Api; readonly viewer: Viewer }) {
  const feed = useMemo(() => createFeed(), []);
  const draft = useMemo(() => createDraft(), []);
  const lists = useMemo(() => createJobLists(api.client, feed), [api.client, feed]);
  const { isHelpOpen, closeHelp, openHelp } = useShortcuts();
  const path = usePath();
  useFocusOnArrival(path);
  return (
    <ViewerContext.Provider value={viewer}>
      <FeedContext.Provider value={feed}>
        <DraftContext.Provider value={draft}>
          <JobListsContext.Provider value={lists}>
            <Live api={api} />
            <a className="skip" href="#main">
              Skip to content
            </a>
            <Header path={path} onHelp={openHelp} />
            <ConnectionSign reelgate={api.reelgate} />
            <main id="main" tabIndex={-1}>
              <ErrorBoundary key={path}>
                <Suspense fallback={<Skeleton rows={4} />}>
                  <Page route={routeOf(path)} />
                </Suspense>
              </ErrorBoundary>
            </main>
            <Announcer />
            <Help isOpen={isHelpOpen} onClose={closeHelp} />
          </JobListsContext.Provider>
        </DraftContext.Provider>
      </FeedContext.Provider>
    </ViewerContext.Provider>
  );
}

/** Subscribes to all that the viewer may see: jobs reach the pages by the feed, the account by the cache. */
function Live({ api }: { readonly api: Api }) {
  useFeedOf(api.client);
  useSubscription({ query: accountUpdated, pause: !useAllowed('CREDITS_READ') });
  return null;
}

/** After a link is followed, the keyboard and the screen reader continue at the beginning of the new page. */
function useFocusOnArrival(path: string): void {
  const arrivedAt = useRef(path);
  useEffect(() => {
    if (arrivedAt.current !== path) document.getElementById('main')?.focus({ preventScroll: true });
    arrivedAt.current = path;
  }, [path]);
}

function Page({ route }: { readonly route: Route }) {
  const scope = scopeOfPage[route.page];
  const isAllowed = useAllowed(scope ?? 'JOBS_READ');
  if (scope !== null && !isAllowed) {
    // The admin page keeps quiet about itself.
    return scope === 'ADMIN' ? <NotFound /> : <NotAllowed scope={scope} />;
  }
  switch (route.page) {
    case 'create':
      return <Create />;
    case 'jobs':
      return <JobsPage />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'credits':
      return <Credits />;
    case 'webhooks':
      return <Webhooks />;
    case 'webhook':
      return <WebhookPage key={route.id} id={route.id} />;
    case 'keys':
      return <Keys />;
    case 'users':
      return <Users />;
    case 'admin':
      return <Admin />;
    case 'admin-job':
      return <AdminJob key={route.id} id={route.id} />;
    case 'admin-user':
      return <AdminUser key={route.userId} userId={route.userId} />;
    case 'unknown':
      return <NotFound />;
  }
}
