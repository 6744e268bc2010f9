import { isEnded } from '@reelgate/client/jobs';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { operationsQuery } from '../api/admin.ts';
import type { JobRow } from '../api/operations.ts';
import { logIdOf } from '../job-id.ts';
import { relativeText, useNow } from '../time.ts';
import { CopyId } from './copy-id.tsx';
import { Fact } from './job-facts.tsx';

const refreshMs = 5000;

/** For admins: what the provider said about a job in trouble, and how often it was asked in vain. Other jobs have nothing to tell. */
export function ProviderWords({ job }: { readonly job: JobRow }) {
  const now = useNow(10_000);
  const isRunning = !isEnded(job.status);
  const [{ data }, read] = useQuery({ query: operationsQuery, requestPolicy: 'cache-and-network' });
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), refreshMs);
    return () => clearInterval(timer);
  }, [isRunning, read]);
  const known = [...(data?.operations?.troubledJobs ?? []), ...(data?.operations?.lossJobs ?? [])];
  const found = known.find(({ jobId }) => jobId === logIdOf(job.id));
  if (found === undefined) return null;
  const { faults, providerMessage, providerHttpStatus, providerRequestId, nextPollAt } = found;
  if (faults === 0 && (providerMessage ?? providerHttpStatus ?? providerRequestId) === null) return null;
  return (
    <section className="provider-words" aria-labelledby="provider-words-title">
      <h2 id="provider-words-title">At the provider</h2>
      <dl className="facts">
        {faults > 0 && (
          <Fact name="Failed polls">
            {faults} in a row
            {nextPollAt !== null && <span className="quiet">, next {relativeText(Date.parse(nextPollAt), now)}</span>}
          </Fact>
        )}
        {providerHttpStatus !== null && <Fact name="HTTP status">{providerHttpStatus}</Fact>}
        {providerMessage !== null && <Fact name="Its words">{providerMessage}</Fact>}
        {providerRequestId !== null && (
          <Fact name="Its ID">
            <CopyId id={providerRequestId} />
          </Fact>
        )}
      </dl>
    </section>
  );
}
