import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';
import { jobRow } from './operations.ts';

/** Everything that a failure can carry, for all mutations. */
export const failureParts = graphql(`
  fragment FailureParts on Failure {
    __typename
    code
    message
    retryable
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on InsufficientCreditsError {
      scope
      required
      available
      held
      failedJob {
        id
      }
    }
    ... on BudgetExceededError {
      budget
      resetsAt
    }
    ... on IdempotencyConflictError {
      job {
        id
      }
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on ProviderError {
      httpStatus
      failedJob {
        id
      }
    }
    ... on SubmissionUnconfirmedError {
      failedJob {
        id
      }
    }
    ... on GenerationFailedError {
      failedJob {
        id
      }
    }
    ... on ContentRejectedError {
      failedJob {
        id
      }
    }
    ... on DeadlineExceededError {
      failedJob {
        id
      }
    }
  }
`);

/** An expected failure, with the fields of its kind. */
export type Failure = ResultOf<typeof failureParts>;

/** Creates a video. It does not select the account: the gateway would then refuse the mutation to keys without `credits:read`. */
export const generateVideo = graphql(
  `
    mutation GenerateVideo($input: GenerateVideoInput!) {
      generateVideo(input: $input) {
        __typename
        ... on GenerateVideoSuccess {
          replayed
          job {
            id
            status
            version
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Creates a new job with the input of a failed or canceled one. */
export const retryJob = graphql(
  `
    mutation RetryJob($id: ID!) {
      retryJob(id: $id) {
        __typename
        ... on GenerateVideoSuccess {
          job {
            id
            status
            version
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Cancels a job that has not been sent yet. */
export const cancelJob = graphql(
  `
    mutation CancelJob($id: ID!) {
      cancelJob(id: $id) {
        __typename
        ... on CancelJobSuccess {
          job {
            id
            status
            version
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Deletes a job that has ended. The response has what is left of it, so the cache forgets the rest at once. */
export const deleteJob = graphql(
  `
    mutation DeleteJob($id: ID!) {
      deleteJob(id: $id) {
        __typename
        ... on DeleteJobSuccess {
          job {
            ...JobRow
          }
        }
        ...FailureParts
      }
    }
  `,
  [jobRow, failureParts],
);

/** Gives a user credits, or takes some back. */
export const grantCredits = graphql(
  `
    mutation GrantCredits($input: GrantCreditsInput!) {
      grantCredits(input: $input) {
        __typename
        ... on GrantCreditsSuccess {
          account {
            id
            userId
            balance
            held
            available
          }
          created
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Creates an API key. Its secret is in this response and nowhere else. */
export const createApiKey = graphql(
  `
    mutation CreateApiKey($input: CreateApiKeyInput!) {
      createApiKey(input: $input) {
        __typename
        ... on CreateApiKeySuccess {
          secret
          apiKey {
            id
            name
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Revokes an API key for good. */
export const revokeApiKey = graphql(
  `
    mutation RevokeApiKey($id: ID!) {
      revokeApiKey(id: $id) {
        __typename
        ... on RevokeApiKeySuccess {
          apiKey {
            id
            revokedAt
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);
