import { useQuery } from 'urql';
import { useViewer } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { endpointsQuery } from '../api/webhooks.ts';
import { EndpointForm } from '../part/endpoint-form.tsx';
import { EndpointTable } from '../part/endpoint-table.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { useTitle } from '../title.ts';

/** The addresses of backends that are notified of events, and a form for a new one. */
export function Webhooks() {
  useTitle('Webhooks');
  const { environment } = useViewer();
  const [{ data, error }, read] = useQuery({ query: endpointsQuery, requestPolicy: 'cache-and-network' });
  const load = () => read({ requestPolicy: 'network-only' });
  const endpoints = data?.webhookEndpoints;
  return (
    <section className="admin-page" aria-labelledby="webhooks-title">
      <div className="head">
        <h1 id="webhooks-title">Webhooks</h1>
        <span className="quiet">{environment}</span>
        <GraphiqlLink document={endpointsQuery} variables={{}} />
      </div>
      <div className="admin-columns">
        <section className="card" aria-labelledby="endpoint-list-title">
          <h2 id="endpoint-list-title">Endpoints</h2>
          {error !== undefined && <ErrorNotice text={sentenceOf(error)} onRetry={load} />}
          {endpoints === undefined && error === undefined && <Skeleton rows={3} />}
          {endpoints?.length === 0 && (
            <p className="quiet none">No endpoints yet. A backend with one hears of every video without asking.</p>
          )}
          {endpoints !== undefined && endpoints.length > 0 && <EndpointTable endpoints={endpoints} />}
        </section>
        <EndpointForm onCreated={load} />
      </div>
    </section>
  );
}
