import { useCallback, useEffect, useState } from 'react';
import { useClient } from 'urql';
import { useViewer } from '../access.ts';
import { type ApiKey, apiKeysQuery } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { KeyForm } from '../part/key-form.tsx';
import { KeyTable } from '../part/key-table.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { useTitle } from '../title.ts';

const pageSize = 50;

type Loaded = { readonly keys: readonly ApiKey[]; readonly endCursor: string | null; readonly hasMore: boolean };

/** For admins: the API keys with which programs act for users. */
export function Keys() {
  useTitle('Keys');
  const { environment } = useViewer();
  const [userId, setUserId] = useState(new URLSearchParams(location.search).get('user') ?? '');
  const { loaded, error, load } = useKeys(userId.trim());
  return (
    <section className="admin-page" aria-labelledby="keys-title">
      <div className="head">
        <h1 id="keys-title">API keys</h1>
        <span className="quiet">{environment}</span>
        <GraphiqlLink document={apiKeysQuery} variables={{ first: pageSize }} />
      </div>
      <div className="admin-columns">
        <section className="card" aria-labelledby="key-list-title">
          <div className="head">
            <h2 id="key-list-title">Keys</h2>
            <input
              className="narrow"
              type="search"
              value={userId}
              onChange={({ target }) => setUserId(target.value)}
              placeholder="User"
              aria-label="Show only keys of this user"
            />
          </div>
          {error !== null && <ErrorNotice text={error} onRetry={() => load(null)} />}
          {loaded === null && error === null && <Skeleton rows={3} />}
          {loaded?.keys.length === 0 && (
            <p className="quiet none">No keys yet. A program needs one to call the gateway.</p>
          )}
          {loaded !== null && loaded.keys.length > 0 && <KeyTable keys={loaded.keys} onRevoked={() => load(null)} />}
          {loaded?.hasMore === true && (
            <button type="button" className="more" onClick={() => load(loaded)}>
              Show older keys
            </button>
          )}
        </section>
        <KeyForm onCreated={() => load(null)} />
      </div>
    </section>
  );
}

function useKeys(userId: string) {
  const client = useClient();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = useCallback(
    async (before: Loaded | null) => {
      const variables = { first: pageSize, after: before?.endCursor ?? null, userId: userId === '' ? null : userId };
      const { data, error: trouble } = await client
        .query(apiKeysQuery, variables, { requestPolicy: 'network-only' })
        .toPromise();
      setError(trouble === undefined ? null : sentenceOf(trouble));
      if (!data?.apiKeys) return;
      const { nodes, pageInfo } = data.apiKeys;
      setLoaded({
        keys: [...(before?.keys ?? []), ...nodes],
        endCursor: pageInfo.endCursor,
        hasMore: pageInfo.hasNextPage,
      });
    },
    [client, userId],
  );
  const load = useCallback((before: Loaded | null) => void read(before).catch(reportError), [read]);
  useEffect(() => load(null), [load]);
  return { loaded, error, load };
}
