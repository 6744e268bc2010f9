import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

/** What each result of a mutation that makes a job may say beside its success. */
const failureParts = graphql(`
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

/** An expected failure, with what its kind has to say. */
export type Failure = ResultOf<typeof failureParts>;

/** Asks for a video. */
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
          account {
            id
            balance
            held
            available
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Asks for the same video again. */
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

/** Takes a job back before it is sent. */
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
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);
