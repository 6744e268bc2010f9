import type { FragmentOf, ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

const operatorJob = graphql(`
  fragment OperatorJobRow on OperatorJob {
    jobId
    userId
    status
    failureCode
    faults
    hasLateVideo
    providerRequestId
    providerMessage
    providerHttpStatus
    createdAt
    submittedAt
    nextPollAt
    deadlineAt
  }
`);

/** A job of any user, as operators see it. */
export type OperatorJob = FragmentOf<typeof operatorJob>;

/** The health of the provider, jobs in trouble, and possible losses. */
export const operationsQuery = graphql(
  `
    query Operations {
      operations {
        environment
        provider {
          answeredAt
          silentSince
          keyRefusedSince
          pausedUntil
          credits
          creditsLow
        }
        losses {
          unconfirmed
          lateVideos
          withoutResult
          lostVideos
        }
        troubledJobs(first: 50) {
          ...OperatorJobRow
        }
        lossJobs(first: 20) {
          ...OperatorJobRow
        }
      }
    }
  `,
  [operatorJob],
);

/** One page of the accounts of all users. */
export const accountsQuery = graphql(`
  query Accounts($first: Int!, $after: String, $userIdPrefix: String) {
    operations {
      accounts(first: $first, after: $after, userIdPrefix: $userIdPrefix) {
        nodes {
          id
          userId
          balance
          held
          available
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

/** One page of the API keys of the caller's environment. */
export const apiKeysQuery = graphql(`
  query ApiKeys($first: Int!, $after: String, $userId: ID) {
    apiKeys(first: $first, after: $after, userId: $userId) {
      nodes {
        id
        name
        userId
        label
        scopes
        createdAt
        expiresAt
        revokedAt
        lastUsedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** An API key, without its secret. */
export type ApiKey = NonNullable<ResultOf<typeof apiKeysQuery>['apiKeys']>['nodes'][number];
