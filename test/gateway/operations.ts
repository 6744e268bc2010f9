/** Requests a video, with every field that a test reads. */
export const generate = `mutation Generate($input: GenerateVideoInput! = {}) {
  generateVideo(input: $input) {
    __typename
    ... on GenerateVideoSuccess { replayed job { ...job } account { balance held available } }
    ... on Failure { code message retryable }
    ... on InvalidInputError { issues { path message } }
    ... on InsufficientCreditsError { scope required available held failedJob { id status charge { state } } }
    ... on BudgetExceededError { budget period resetsAt limitCredits usedCredits }
    ... on IdempotencyConflictError { job { id } }
    ... on RateLimitedError { retryAfterSeconds }
    ... on ProviderError { httpStatus failedJob { id status charge { state } } }
    ... on SubmissionUnconfirmedError { httpStatus failedJob { id status charge { state } } }
    ... on GenerationFailedError { failedJob { id status charge { state } } }
    ... on ContentRejectedError { httpStatus failedJob { id status charge { state } } }
    ... on DeadlineExceededError { failedJob { id status charge { state } } }
  }
}
fragment job on Job {
  id status version environment prompt aspectRatio seed externalId createdAt submittedAt startedAt finishedAt deadlineAt
  progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize }
  video { url contentType expiresAt } lateVideo { url } failure { __typename code message retryable } charge { state credits }
}`;

/** A job by its id. */
export const findJob = `query Job($id: ID!) {
  job(id: $id) {
    id status version video { url contentType } lateVideo { url }
    failure { __typename code message } charge { state credits } retryOf { id }
    events { edges { node { version status message } } }
  }
}`;

/** The job, live. */
export const watchJob = `subscription Watch($id: ID!) {
  jobUpdated(id: $id) {
    id status version progress { fraction } video { url contentType }
    failure { __typename code message } charge { state credits }
  }
}`;

/** The feed of all the viewer's jobs, live. */
export const watchFeed = `subscription Feed($after: String) {
  jobEvents(after: $after) {
    __typename
    ... on FeedItem { cursor }
    ... on JobEvent { version status message occurredAt job { id } }
  }
}`;

/** The viewer's account, live. */
export const watchAccount = 'subscription { accountUpdated { balance held available } }';

/** The viewer with account and ledger. */
export const viewer = `query {
  viewer {
    userId environment roles
    account { id balance held available ledger { edges { node { id kind credits balanceAfter reason job { id } } } } }
  }
}`;
