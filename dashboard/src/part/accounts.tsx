import { useCallback, useEffect, useState } from 'react';
import { useClient } from 'urql';
import { accountsQuery } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import { adminUserPath } from '../route.ts';
import { Link } from './link.tsx';
import { ErrorNotice } from './notice.tsx';

const pageSize = 25;

type Row = { readonly id: string; readonly userId: string; readonly balance: number; readonly held: number };
type Loaded = { readonly rows: readonly Row[]; readonly endCursor: string | null; readonly hasMore: boolean };

/** All users with their credits, filtered by the start of their ids. */
export function Accounts({ onGrant }: { readonly onGrant: (userId: string) => void }) {
  const [prefix, setPrefix] = useState('');
  const { rows, hasMore, error, load } = useAccounts(prefix.trim());
  return (
    <section className="card accounts" aria-labelledby="accounts-title">
      <div className="head">
        <h2 id="accounts-title">Accounts</h2>
        <input
          type="search"
          value={prefix}
          onChange={({ target }) => setPrefix(target.value)}
          placeholder="Starts with"
          aria-label="Filter users by the start of their id"
        />
        <button type="button" onClick={() => load(null)}>
          Refresh
        </button>
      </div>
      {error !== null && <ErrorNotice text={error} onRetry={() => load(null)} />}
      {rows.length === 0 && error === null && <p className="quiet">No users match.</p>}
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">User</th>
              <th scope="col" className="number">
                Balance
              </th>
              <th scope="col" className="number">
                On hold
              </th>
              <th scope="col">
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, userId, balance, held }) => (
              <tr key={id}>
                <td className="long">
                  <Link href={adminUserPath(userId)}>{userId}</Link>
                </td>
                <td className="number">{balance.toLocaleString()}</td>
                <td className="number">{held.toLocaleString()}</td>
                <td className="number">
                  <span className="actions">
                    <button type="button" className="small" onClick={() => onGrant(userId)}>
                      Grant …
                    </button>
                    <Link className="button plain small" href={`/keys?user=${encodeURIComponent(userId)}`}>
                      Keys
                    </Link>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hasMore && (
        <button type="button" className="more" onClick={() => load(rows)}>
          Show more users
        </button>
      )}
    </section>
  );
}

function useAccounts(prefix: string) {
  const client = useClient();
  const [loaded, setLoaded] = useState<Loaded>({ rows: [], endCursor: null, hasMore: false });
  const [error, setError] = useState<string | null>(null);
  const { endCursor } = loaded;

  const read = useCallback(
    async (before: readonly Row[], after: string | null) => {
      const variables = { first: pageSize, after, userIdPrefix: prefix };
      const { data, error: trouble } = await client
        .query(accountsQuery, variables, { requestPolicy: 'network-only' })
        .toPromise();
      setError(trouble === undefined ? null : sentenceOf(trouble));
      const page = data?.operations?.accounts;
      if (!page) return;
      const { nodes, pageInfo } = page;
      setLoaded({ rows: [...before, ...nodes], endCursor: pageInfo.endCursor, hasMore: pageInfo.hasNextPage });
    },
    [client, prefix],
  );
  useEffect(() => {
    read([], null).catch(reportError);
  }, [read]);
  const load = (before: readonly Row[] | null) => {
    read(before ?? [], before === null ? null : endCursor).catch(reportError);
  };
  return { ...loaded, error, load };
}
