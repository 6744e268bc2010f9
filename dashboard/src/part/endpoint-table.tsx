import { useAllowed } from '../access.ts';
import type { Endpoint } from '../api/webhooks.ts';
import { webhookPath } from '../route.ts';
import { instantText, relativeText, useNow } from '../time.ts';
import { eventsText } from '../webhook-words.ts';
import { Link } from './link.tsx';

/** Endpoints with their state, each with a link to its page. Admins see whose jobs each is notified of. */
export function EndpointTable({ endpoints }: { readonly endpoints: readonly Endpoint[] }) {
  const isAdmin = useAllowed('ADMIN');
  const now = useNow(10_000);
  const columns = ['Endpoint', 'State', ...(isAdmin ? ['User'] : []), 'Events', 'Last success'];
  return (
    <div className="wide">
      <table className="endpoints">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {endpoints.map((endpoint) => (
            <tr key={endpoint.id}>
              <td className="words">
                <Link href={webhookPath(endpoint.id)} title={endpoint.url}>
                  {endpoint.url}
                </Link>
                {endpoint.description !== null && (
                  <span className="about quiet" dir="auto">
                    {endpoint.description}
                  </span>
                )}
              </td>
              <td>
                <EndpointBadge endpoint={endpoint} />
              </td>
              {isAdmin && <td>{endpoint.userId ?? 'all users'}</td>}
              <td className="wraps">{eventsText(endpoint)}</td>
              <td className="quiet" title={endpoint.lastSuccessAt === null ? '' : instantText(endpoint.lastSuccessAt)}>
                {endpoint.lastSuccessAt === null ? 'none yet' : relativeText(Date.parse(endpoint.lastSuccessAt), now)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether anything is sent to an endpoint; red if the gateway switched it off. */
export function EndpointBadge({
  endpoint: { enabled, disabledReason },
}: {
  readonly endpoint: Pick<Endpoint, 'enabled' | 'disabledReason'>;
}) {
  const off = disabledReason === null ? 'off' : 'FAILED';
  return (
    <span className="badge" data-status={enabled ? 'on' : off}>
      {enabled ? 'On' : 'Off'}
    </span>
  );
}
