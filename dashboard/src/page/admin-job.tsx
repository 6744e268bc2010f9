import { useQuery } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type SupportJob, supportJobQuery } from '../api/support.ts';
import { StatusBadge } from '../part/badge.tsx';
import { CopyId } from '../part/copy-id.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { Fact } from '../part/job-facts.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { WideTable } from '../part/wide-table.tsx';
import { adminUserPath } from '../route.ts';
import { instantText } from '../time.ts';
import { useTitle } from '../title.ts';

const chargeWords = { HELD: 'on hold', CAPTURED: 'paid', RELEASED: 'returned' } as const;

/** For operators: everything about one job of any user, but its prompt and its video. */
export function AdminJob({ id }: { readonly id: string }) {
  useTitle('A user’s job');
  const variables = { id };
  const [{ data, error }, read] = useQuery({ query: supportJobQuery, variables, requestPolicy: 'cache-and-network' });
  const job = data?.operations?.job;
  return (
    <section className="admin-page" aria-labelledby="admin-job-title">
      <div className="head">
        <h1 id="admin-job-title">Job</h1>
        {job && <StatusBadge status={job.status} />}
        <Link href="/admin">Admin</Link>
        <GraphiqlLink document={supportJobQuery} variables={variables} />
      </div>
      {error !== undefined && (
        <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      )}
      {job === undefined && error === undefined && <Skeleton rows={5} />}
      {job === null && <p className="quiet">There is no such job in this environment.</p>}
      {job && (
        <>
          <div className="admin-halves">
            <Facts job={job} />
            <AtProvider job={job} />
          </div>
          <Webhooks job={job} />
        </>
      )}
    </section>
  );
}

function Facts({ job }: { readonly job: SupportJob }) {
  return (
    <section className="card" aria-label="The job">
      <dl className="facts">
        <Fact name="User">
          <Link href={adminUserPath(job.userId)}>{job.userId}</Link>
        </Fact>
        <Fact name="ID">
          <CopyId id={job.id} />
        </Fact>
        <Fact name="In the log">
          <CopyId id={job.jobId} />
        </Fact>
        {job.externalId !== null && (
          <Fact name="Reference">
            <CopyId id={job.externalId} />
          </Fact>
        )}
        {job.apiKeyId !== null && (
          <Fact name="API key">
            <CopyId id={job.apiKeyId} />
          </Fact>
        )}
        <Fact name="Charge">
          {job.credits} credits, {chargeWords[job.chargeState]}
        </Fact>
        {job.failureCode !== null && (
          <Fact name="Failure">
            {job.failureCode}: {job.failureMessage}
          </Fact>
        )}
        <Time name="Created" at={job.createdAt} />
        <Time name="Sent" at={job.submittedAt} />
        <Time name="Started" at={job.startedAt} />
        <Time name="Ended" at={job.finishedAt} />
        <Time name="Deleted" at={job.deletedAt} />
      </dl>
    </section>
  );
}

function AtProvider({ job }: { readonly job: SupportJob }) {
  return (
    <section className="card" aria-label="At the provider">
      <dl className="facts">
        <Fact name="Provider ID">
          {job.providerRequestId === null ? 'none' : <CopyId id={job.providerRequestId} />}
        </Fact>
        <Fact name="Provider’s words">{job.providerMessage ?? 'none'}</Fact>
        <Fact name="HTTP status">{job.providerHttpStatus ?? 'none'}</Fact>
        <Fact name="Cost">{job.providerCost ?? 'not reported'}</Fact>
        <Fact name="Faults in a row">{job.faults}</Fact>
        <Fact name="Late video">{job.hasLateVideo ? 'yes' : 'no'}</Fact>
        <Time name="Last asked" at={job.polledAt} />
        <Time name="Asked next" at={job.nextPollAt} />
        <Time name="Deadline" at={job.deadlineAt} />
      </dl>
    </section>
  );
}

function Time({ name, at }: { readonly name: string; readonly at: string | null }) {
  if (at === null) return null;
  return (
    <Fact name={name}>
      <time dateTime={at}>{instantText(at)}</time>
    </Fact>
  );
}

function Webhooks({ job: { webhooks } }: { readonly job: SupportJob }) {
  return (
    <section className="card" aria-label="Webhooks">
      <h2>Webhooks</h2>
      {webhooks === null || webhooks.length === 0 ? (
        <p className="quiet">No endpoint was notified of this job.</p>
      ) : (
        <WideTable name="Webhooks of this job" columns={['Event', 'State', 'When', 'Attempts', 'Last answer']}>
          {webhooks.map(({ id, type, state, createdAt, attempts }) => (
            <tr key={id}>
              <td>{type}</td>
              <td>{state}</td>
              <td className="quiet">{instantText(createdAt)}</td>
              <td>{attempts.length}</td>
              <td className="words">{attempts.at(-1)?.httpStatus ?? attempts.at(-1)?.error ?? '–'}</td>
            </tr>
          ))}
        </WideTable>
      )}
    </section>
  );
}
