import { useQuery } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type SupportAccount, supportUserQuery } from '../api/support.ts';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { KeyTable } from '../part/key-table.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { SupportJobs } from '../part/support-jobs.tsx';
import { Tile } from '../part/tile.tsx';
import { WideTable } from '../part/wide-table.tsx';
import { instantText } from '../time.ts';
import { useTitle } from '../title.ts';

/** For operators: one user's credits, jobs, keys and endpoints. */
export function AdminUser({ userId }: { readonly userId: string }) {
  useTitle(userId);
  const variables = { userIdPrefix: userId, userId };
  const [{ data, error }, read] = useQuery({ query: supportUserQuery, variables, requestPolicy: 'cache-and-network' });
  const reload = () => read({ requestPolicy: 'network-only' });
  const account = data?.operations?.accounts?.nodes.find((each) => each.userId === userId);
  const keys = data?.apiKeys?.nodes ?? [];
  const endpoints = data?.webhookEndpoints.filter((each) => each.userId === userId) ?? [];
  return (
    <section className="admin-page" aria-labelledby="admin-user-title">
      <div className="head">
        <h1 id="admin-user-title" className="long">
          {userId}
        </h1>
        <Link href="/admin">Admin</Link>
        <Link href={`/users?grant=${encodeURIComponent(userId)}`}>Grant credits</Link>
        <GraphiqlLink document={supportUserQuery} variables={variables} />
      </div>
      {error !== undefined && <ErrorNotice text={sentenceOf(error)} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton rows={5} />}
      {data !== undefined && account === undefined && (
        <p className="quiet">This user has not used the gateway in this environment yet.</p>
      )}
      {account !== undefined && <Account account={account} />}
      <SupportJobs title="Jobs" filter={{ userId }} />
      <section className="card" aria-label="API keys">
        <h2>API keys</h2>
        {keys.length === 0 ? <p className="quiet">No keys.</p> : <KeyTable keys={keys} onRevoked={reload} />}
      </section>
      <section className="card" aria-label="Endpoints of webhooks">
        <h2>Endpoints of webhooks</h2>
        {endpoints.length === 0 && <p className="quiet">No endpoints.</p>}
        <ul className="plain-list">
          {endpoints.map(({ id, url, enabled, disabledReason }) => (
            <li key={id}>
              <code>{url}</code> {enabled ? 'on' : `off. ${disabledReason ?? ''}`}
            </li>
          ))}
        </ul>
      </section>
    </section>
  );
}

function Account({ account: { balance, held, available, ledger } }: { readonly account: SupportAccount }) {
  return (
    <>
      <div className="tiles">
        <Tile name="Available" value={available} note="ready to spend" />
        <Tile name="On hold" value={held} note="for running jobs" />
        <Tile name="Balance" value={balance} note="available plus on hold" />
      </div>
      <section className="card" aria-label="Movements">
        <h2>Newest movements</h2>
        <WideTable name="Movements of credits" columns={['When', 'What', 'Credits', 'Balance']}>
          {ledger.nodes.map(({ id, createdAt, kind, reason, credits, balanceAfter }) => (
            <tr key={id}>
              <td className="quiet">{instantText(createdAt)}</td>
              <td>{reason ?? (kind === 'CAPTURE' ? 'Video' : kind)}</td>
              <td>{credits > 0 ? `+${credits.toLocaleString()}` : credits.toLocaleString()}</td>
              <td>{balanceAfter.toLocaleString()}</td>
            </tr>
          ))}
        </WideTable>
      </section>
    </>
  );
}
