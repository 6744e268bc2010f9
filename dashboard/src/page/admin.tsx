import { useEffect } from 'react';
import { useQuery } from 'urql';
import { useViewer } from '../access.ts';
import { operationsQuery } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import { AdminSearch } from '../part/admin-search.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { OperatorJobs } from '../part/operator-jobs.tsx';
import { ProviderTiles } from '../part/provider-tiles.tsx';
import { Spend } from '../part/spend.tsx';
import { SupportJobs } from '../part/support-jobs.tsx';
import { useQueryText } from '../route.ts';
import { useTitle } from '../title.ts';

const refreshMs = 5000;

/** For operators: the provider, jobs in trouble and possible losses. */
export function Admin() {
  useTitle('Admin');
  const { environment } = useViewer();
  const reference = new URLSearchParams(useQueryText()).get('reference');
  const [{ data, error }, read] = useQuery({ query: operationsQuery, requestPolicy: 'cache-and-network' });
  const operations = data?.operations ?? null;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') read({ requestPolicy: 'network-only' });
    }, refreshMs);
    return () => clearInterval(timer);
  }, [read]);
  return (
    <section className="admin-page" aria-labelledby="admin-title">
      <div className="head">
        <h1 id="admin-title">Admin</h1>
        <span className="quiet">{environment}, all users</span>
        <GraphiqlLink document={operationsQuery} variables={{}} />
      </div>
      <AdminSearch />
      {reference !== null && (
        <SupportJobs title={`Jobs with the reference ${reference}`} filter={{ externalId: reference }} />
      )}
      {error !== undefined && (
        <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      )}
      {operations === null && error === undefined && <Skeleton rows={3} />}
      {operations !== null && (
        <>
          <ProviderTiles operations={operations} />
          <OperatorJobs
            title="Jobs in trouble"
            jobs={operations.troubledJobs}
            none="The last poll of every running job succeeded."
          />
          <OperatorJobs title="Possible losses" jobs={operations.lossJobs} none="Every paid request led to a video." />
          <Spend />
        </>
      )}
    </section>
  );
}
