import type { ReactNode } from 'react';
import type { JobRow } from '../api/operations.ts';
import { jobPath } from '../route.ts';
import { durationText, instantText } from '../time.ts';
import { shapeOf } from '../words.ts';
import { Link } from './link.tsx';

const chargeWords = { HELD: 'on hold', CAPTURED: 'paid', RELEASED: 'refunded' } as const;

/** The input of a job, its price and its times. */
export function JobFacts({ job, retryOf }: { readonly job: JobRow; readonly retryOf: string | null }) {
  const { aspectRatio, seed, externalId, charge, createdAt, submittedAt, finishedAt, deletedAt } = job;
  const tookSeconds =
    submittedAt === null || finishedAt === null ? null : (Date.parse(finishedAt) - Date.parse(submittedAt)) / 1000;
  return (
    <dl className="facts">
      <Fact name="Charge">
        {charge.credits} credits, {chargeWords[charge.state]}
      </Fact>
      <Fact name="Shape">{shapeOf(aspectRatio).name}</Fact>
      <Fact name="Seed">{seed === -1 ? 'Chosen by the provider' : seed}</Fact>
      {externalId !== null && <Fact name="Reference">{externalId}</Fact>}
      {retryOf !== null && (
        <Fact name="Retry of">
          <Link href={jobPath(retryOf)}>an earlier job</Link>
        </Fact>
      )}
      <Fact name="Created">
        <time dateTime={createdAt}>{instantText(createdAt)}</time>
      </Fact>
      {tookSeconds !== null && <Fact name="Took">{durationText(tookSeconds)}</Fact>}
      {deletedAt !== null && (
        <Fact name="Deleted">
          <time dateTime={deletedAt}>{instantText(deletedAt)}</time>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
