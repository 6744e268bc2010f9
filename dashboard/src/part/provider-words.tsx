import { isEnded } from '@reelgate/client/jobs';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import type { JobRow } from '../api/operations.ts';
import { providerWordsQuery } from '../api/support.ts';
import { relativeText, useNow } from '../time.ts';
import { CopyId } from './copy-id.tsx';
import { Fact } from './job-facts.tsx';

const refreshMs = 5000;

/**
 * For admins: what the provider said about a job in trouble, and how often it was asked in vain, also if the job came to a good end after
 * that. Other jobs have nothing to tell.
 */
export function ProviderWords({ job }: { readonly job: JobRow }) {
  const now = useNow(10_000);
  const isRunning = !isEnded(job.status);
  const variables = { id: job.id };
  const [{ data }, read] = useQuery({ query: providerWordsQuery, variables, requestPolicy: 'cache-and-network' });
  useEffect(() => {
    // Once more at its end, for what that has changed.
    read({ requestPolicy: 'network-only' });
    if (!isRunning) return;
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), refreshMs);
    return () => clearInterval(timer);
  }, [isRunning, read]);
  const found = data?.operations?.job;
  if (!found) return null;
  const { faults, providerMessage, providerHttpStatus, providerRequestId, nextPollAt } = found;
  const isInTrouble = job.status === 'FAILED' || faults > 0;
  if (!isInTrouble && (providerMessage ?? providerHttpStatus) === null) return null;
  if (faults === 0 && (providerMessage ?? providerHttpStatus ?? providerRequestId) === null) return null;
  return (
    <section className="provider-words" aria-labelledby="provider-words-title">
      <h2 id="provider-words-title">At the provider</h2>
      <dl className="facts">
        {faults > 0 && (
          <Fact name="Failed polls">
            {faults} in a row
            {isRunning && nextPollAt !== null && (
              <span className="quiet">, next {relativeText(Date.parse(nextPollAt), now)}</span>
            )}
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
