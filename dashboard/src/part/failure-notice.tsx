import type { Failure } from '../api/mutations.ts';
import { adviceOn, laterText, shortageText } from '../failure.ts';
import { jobPath } from '../route.ts';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';

/** Why nothing came of a wish, whose trouble that is, and what to do. */
export function FailureNotice({ failure }: { readonly failure: Failure }) {
  switch (failure.__typename) {
    case 'InvalidInputError':
      return <Notice tone="bad" title="Please look at the marked fields." />;
    case 'InsufficientCreditsError':
      return failure.scope === 'ACCOUNT' ? (
        <Notice tone="wait" title="Not enough credits">
          <p>{shortageText(failure)}</p>
        </Notice>
      ) : (
        <ProviderTrouble failure={failure} jobId={failure.failedJob?.id} />
      );
    case 'RateLimitedError':
      return (
        <Notice tone="wait" title={failure.message}>
          <p>{laterText(failure.retryAfterSeconds)}</p>
        </Notice>
      );
    case 'IdempotencyConflictError':
      return (
        <Notice tone="bad" title={failure.message}>
          <p>
            <Link href={jobPath(failure.job.id)}>The job that it stands for</Link>
          </p>
        </Notice>
      );
    case 'ProviderError':
    case 'SubmissionUnconfirmedError':
    case 'GenerationFailedError':
    case 'ContentRejectedError':
    case 'DeadlineExceededError':
      return <ProviderTrouble failure={failure} jobId={failure.failedJob?.id} />;
    case 'GrantConflictError':
    case 'JobStateError':
    case 'NotFoundError':
      return <Notice tone="bad" title={failure.message} />;
  }
}

type TroubleProps = { readonly failure: Failure; readonly jobId: string | undefined };

function ProviderTrouble({ failure, jobId }: TroubleProps) {
  const { whose, todo } = adviceOn(failure.code);
  return (
    <Notice tone={whose === 'yours' ? 'bad' : 'wait'} title={failure.message}>
      <p>{todo}</p>
      {jobId !== undefined && (
        <p>
          <Link href={jobPath(jobId)}>See the job</Link>
        </p>
      )}
    </Notice>
  );
}
