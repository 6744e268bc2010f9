import type { ReactNode } from 'react';
import type { JobRow } from '../api/operations.ts';
import { logIdOf } from '../job-id.ts';
import type { StoredJob } from '../job-live.ts';
import { tookSecondsOf } from '../phases.ts';
import { jobPath } from '../route.ts';
import { instantText, tenthsText } from '../time.ts';
import { shapeOf } from '../words.ts';
import { CopyId } from './copy-id.tsx';
import { Link } from './link.tsx';

const chargeWords = { HELD: 'on hold', CAPTURED: 'paid', RELEASED: 'returned' } as const;

/** The input of a job, its price, its times and its ids. */
export function JobFacts({ job, stored }: { readonly job: JobRow; readonly stored: StoredJob }) {
  const { aspectRatio, seed, externalId, charge, createdAt, deletedAt } = job;
  const { retryOf, seedUsed } = stored;
  const tookSeconds = tookSecondsOf(job);
  const logId = logIdOf(job.id);
  return (
    <dl className="facts">
      <Fact name="Charge">
        {charge.credits} credits, {chargeWords[charge.state]}
      </Fact>
      <Fact name="Shape">{shapeOf(aspectRatio).name}</Fact>
      <Fact name="Seed">
        {seed === -1 ? 'Chosen by the provider' : seed}
        {seedUsed !== null && seedUsed !== seed && <span className="quiet"> (used {seedUsed})</span>}
      </Fact>
      {externalId !== null && (
        <Fact name="Reference">
          <CopyId id={externalId} />
        </Fact>
      )}
      {retryOf !== null && (
        <Fact name="Retry of">
          <Link href={jobPath(retryOf.id)}>an earlier job</Link>
        </Fact>
      )}
      <Fact name="Created">
        <time dateTime={createdAt}>{instantText(createdAt)}</time>
      </Fact>
      {tookSeconds !== null && <Fact name="Took">{tenthsText(tookSeconds)}</Fact>}
      {deletedAt !== null && (
        <Fact name="Deleted">
          <time dateTime={deletedAt}>{instantText(deletedAt)}</time>
        </Fact>
      )}
      <Fact name="ID">
        <CopyId id={job.id} />
      </Fact>
      {logId !== null && (
        <Fact name="In the log">
          <CopyId id={logId} />
        </Fact>
      )}
    </dl>
  );
}

/** A name and what it stands for. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
