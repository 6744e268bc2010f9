import { useAllowed, useViewer } from '../access.ts';
import type { Failure } from '../api/mutations.ts';
import { adviceFor, laterText, shortageText } from '../failure.ts';
import { jobPath } from '../route.ts';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';

/** Why a request was refused, and what to do about it. */
export function FailureNotice({ failure }: { readonly failure: Failure }) {
  switch (failure.__typename) {
    case 'InvalidInputError':
      return <Notice tone="bad" title="Please check the marked fields." />;
    case 'InsufficientCreditsError':
      return failure.scope === 'ACCOUNT' ? (
        <Notice tone="wait" title="Not enough credits">
          <p>{shortageText(failure)}</p>
          <MoreCredits />
        </Notice>
      ) : (
        <ProviderTrouble failure={failure} jobId={failure.failedJob?.id} />
      );
    case 'BudgetExceededError':
      return <Notice tone="wait" title={failure.message} />;
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
            <Link href={jobPath(failure.job.id)}>See the job that used it</Link>
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

/** Where more credits come from: an admin grants them, everybody else asks one. */
export function MoreCredits() {
  const { userId } = useViewer();
  const isAdmin = useAllowed('ADMIN');
  const canSee = useAllowed('CREDITS_READ');
  return (
    <p className="actions">
      {isAdmin ? (
        <Link className="button" href={`/users?grant=${encodeURIComponent(userId)}`}>
          Grant yourself credits
        </Link>
      ) : (
        <span>Ask an admin of this gateway for more.</span>
      )}
      {canSee && <Link href="/credits">See your credits</Link>}
    </p>
  );
}

type TroubleProps = { readonly failure: Failure; readonly jobId: string | undefined };

function ProviderTrouble({ failure, jobId }: TroubleProps) {
  const { remedy, text } = adviceFor(failure);
  return (
    <Notice tone={remedy === 'edit' ? 'bad' : 'wait'} title={failure.message}>
      <p>{text}</p>
      {jobId !== undefined && (
        <p>
          <Link href={jobPath(jobId)}>See the job</Link>
        </p>
      )}
    </Notice>
  );
}
