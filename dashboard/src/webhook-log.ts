import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { useAllowed } from './access.ts';
import { sentenceOf } from './api/client.ts';
import { type DeliveryRow, type DeliveryState, type Endpoint, endpointQuery } from './api/webhooks.ts';

/** An endpoint and as much of its log as was asked for. */
export type EndpointLog = {
  readonly endpoint: Endpoint;
  readonly deliveries: readonly DeliveryRow[];
  readonly endCursor: string | null;
  readonly hasMore: boolean;
};

const pageSize = 20;

/** No page is longer. */
const mostAtOnce = 100;

const refreshMs = 5000;

/** What the log shows first, for GraphiQL. */
export const firstPage = { first: pageSize, after: null, state: null } as const;

/**
 * An endpoint with the deliveries in a state (null: any), read again every five seconds while somebody looks. `log` is undefined while it
 * loads, and null if there is no such endpoint.
 */
export function useEndpointLog(id: string, state: DeliveryState | null) {
  const client = useClient();
  const withJobs = useAllowed('JOBS_READ');
  const [log, setLog] = useState<EndpointLog | null | undefined>(undefined);
  const [error, setError] = useState<string | null>(null);
  const turn = useRef(0);
  const read = useCallback(
    async (before: EndpointLog | null, first: number) => {
      turn.current += 1;
      const mine = turn.current;
      const variables = { id, state, withJobs, first, after: before?.endCursor ?? null };
      const { data, error: trouble } = await client
        .query(endpointQuery, variables, { requestPolicy: 'network-only' })
        .toPromise();
      // A later question has another filter, or is newer.
      if (mine !== turn.current) return;
      setError(trouble === undefined ? null : sentenceOf(trouble));
      if (data === undefined) return;
      if (data.node?.__typename !== 'WebhookEndpoint') return setLog(null);
      const { deliveries, ...endpoint } = data.node;
      const { nodes, pageInfo } = deliveries;
      setLog({
        endpoint,
        deliveries: [...(before?.deliveries ?? []), ...nodes],
        endCursor: pageInfo.endCursor,
        hasMore: pageInfo.hasNextPage,
      });
    },
    [client, id, state, withJobs],
  );
  const shown = Math.max(pageSize, log?.deliveries.length ?? 0);
  const reload = useCallback(() => void read(null, Math.min(mostAtOnce, shown)).catch(reportError), [read, shown]);
  useEffect(() => void read(null, pageSize).catch(reportError), [read]);
  useEffect(() => {
    // Beyond that, a refresh would take back what the reader has asked for.
    if (shown > mostAtOnce) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [reload, shown]);
  const more = () => void read(log ?? null, pageSize).catch(reportError);
  return { log, error, reload, more };
}
