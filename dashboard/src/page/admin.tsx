import { useEffect } from 'react';
import { useQuery } from 'urql';
import { operationsQuery } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import type { Viewer } from '../api/operations.ts';
import { Accounts } from '../part/accounts.tsx';
import { GrantForm } from '../part/grant-form.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { OperatorJobs } from '../part/operator-jobs.tsx';
import { ProviderTiles } from '../part/provider-tiles.tsx';
import { useTitle } from '../title.ts';

const readAgainMs = 5000;

/** What an operator watches, and what they can do. */
export function Admin({ viewer }: { readonly viewer: Viewer }) {
  useTitle('Admin');
  const [{ data, error }, read] = useQuery({ query: operationsQuery, requestPolicy: 'cache-and-network' });
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') read({ requestPolicy: 'network-only' });
    }, readAgainMs);
    return () => clearInterval(timer);
  }, [read]);
  return (
    <section className="admin-page" aria-labelledby="admin-title">
      <div className="head">
        <h1 id="admin-title">Admin</h1>
        <span className="quiet">{viewer.environment}, all users</span>
        <GraphiqlLink document={operationsQuery} variables={{}} />
      </div>
      {error !== undefined && (
        <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      )}
      {data === undefined && error === undefined && <Skeleton rows={3} />}
      {data !== undefined && (
        <>
          <ProviderTiles operations={data.operations} />
          <OperatorJobs
            title="Jobs in trouble"
            jobs={data.operations.troubledJobs}
            none="Every running job was answered when it was last asked about."
          />
          <OperatorJobs
            title="Possible losses"
            jobs={data.operations.lossJobs}
            none="Nothing has been paid for in vain."
          />
        </>
      )}
      <div className="admin-columns">
        <Accounts />
        <GrantForm />
      </div>
    </section>
  );
}
