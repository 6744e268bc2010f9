import { useState } from 'react';
import { useAllowed } from '../access.ts';
import { type DeliveryState, type Endpoint, endpointQuery } from '../api/webhooks.ts';
import { DeleteEndpoint } from '../part/delete-endpoint.tsx';
import { DeliveryLog } from '../part/delivery-log.tsx';
import { EndpointSettings } from '../part/endpoint-settings.tsx';
import { EndpointSwitch } from '../part/endpoint-switch.tsx';
import { EndpointBadge } from '../part/endpoint-table.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { Link } from '../part/link.tsx';
import { Empty, ErrorNotice, Skeleton } from '../part/notice.tsx';
import { RotateSecret } from '../part/rotate-secret.tsx';
import { SendAgain } from '../part/send-again.tsx';
import { SendTest } from '../part/send-test.tsx';
import { useTitle } from '../title.ts';
import { firstPage, useEndpointLog } from '../webhook-log.ts';

/** One endpoint: what was sent to it, and everything that can be done with it. */
export function WebhookPage({ id }: { readonly id: string }) {
  const [state, setState] = useState<DeliveryState | null>(null);
  const { log, error, reload, more } = useEndpointLog(id, state);
  const withJobs = useAllowed('JOBS_READ');
  useTitle(log?.endpoint.url ?? 'Webhook');
  if (log === null) return <NoEndpoint />;
  if (log === undefined) return error === null ? <Skeleton rows={4} /> : <ErrorNotice text={error} onRetry={reload} />;
  const { endpoint } = log;
  return (
    <article className="admin-page webhook-page" aria-labelledby="webhook-title">
      <div className="head">
        <Link href="/webhooks">Webhooks</Link>
        <EndpointBadge endpoint={endpoint} />
        <GraphiqlLink document={endpointQuery} variables={{ ...firstPage, id, withJobs }} />
      </div>
      <Heading endpoint={endpoint} />
      <EndpointSwitch endpoint={endpoint} onChanged={reload} />
      <div className="admin-columns">
        <DeliveryLog log={log} error={error} state={state} onState={setState} onReload={reload} onMore={more} />
        <div className="side">
          <section className="card" aria-labelledby="send-title">
            <h2 id="send-title">Send</h2>
            <SendTest id={id} onSent={reload} />
            <SendAgain endpoint={endpoint} onSent={reload} />
          </section>
          <EndpointSettings key={id} endpoint={endpoint} onChanged={reload} />
          <section className="card" aria-labelledby="secret-title">
            <h2 id="secret-title">Secret</h2>
            <RotateSecret id={id} />
          </section>
          <DeleteEndpoint endpoint={endpoint} />
        </div>
      </div>
    </article>
  );
}

function Heading({ endpoint: { url, description, userId } }: { readonly endpoint: Endpoint }) {
  const isAdmin = useAllowed('ADMIN');
  return (
    <div>
      <h1 id="webhook-title" className="long">
        {url}
      </h1>
      {description !== null && (
        <p className="quiet long" dir="auto">
          {description}
        </p>
      )}
      {isAdmin && (
        <p className="quiet">{userId === null ? 'Jobs and budgets of all users' : `Jobs and budgets of ${userId}`}</p>
      )}
    </div>
  );
}

function NoEndpoint() {
  return (
    <Empty title="Endpoint not found">
      <p className="quiet">There is no endpoint at this address, or it belongs to somebody else.</p>
      <Link className="button main" href="/webhooks">
        See all endpoints
      </Link>
    </Empty>
  );
}
