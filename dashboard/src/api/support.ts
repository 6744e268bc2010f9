import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

const supportJob = graphql(`
  fragment SupportJob on OperatorJob {
    id
    jobId
    userId
    status
    failureCode
    failureMessage
    externalId
    apiKeyId
    chargeState
    credits
    faults
    hasLateVideo
    providerRequestId
    providerMessage
    providerHttpStatus
    providerCost
    createdAt
    submittedAt
    startedAt
    finishedAt
    deletedAt
    deadlineAt
    polledAt
    nextPollAt
  }
`);

/** One job of any user, with its webhooks. */
export const supportJobQuery = graphql(
  `
    query SupportJob($id: ID, $providerRequestId: String) {
      operations {
        job(id: $id, providerRequestId: $providerRequestId) {
          ...SupportJob
          webhooks(first: 50) {
            id
            type
            state
            nextAttemptAt
            createdAt
            attempts {
              at
              httpStatus
              error
            }
          }
        }
      }
    }
  `,
  [supportJob],
);

/** What the provider said of one job, and how often it was asked in vain. */
export const providerWordsQuery = graphql(`
  query ProviderWords($id: ID!) {
    operations {
      job(id: $id) {
        id
        faults
        providerMessage
        providerHttpStatus
        providerRequestId
        nextPollAt
      }
    }
  }
`);

/** Jobs of one user, or of all, by what an operator knows of them. */
export const supportJobsQuery = graphql(
  `
    query SupportJobs($filter: OperatorJobFilter, $first: Int!, $after: String) {
      operations {
        jobs(filter: $filter, first: $first, after: $after) {
          totalCount
          nodes {
            ...SupportJob
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [supportJob],
);

/** A user's account with its newest movements, and their keys. The prefix is the whole id: it comes before every longer one. */
export const supportUserQuery = graphql(`
  query SupportUser($userIdPrefix: String!, $userId: ID!) {
    operations {
      accounts(first: 1, userIdPrefix: $userIdPrefix) {
        nodes {
          id
          userId
          balance
          held
          available
          ledger(first: 20) {
            nodes {
              id
              kind
              credits
              balanceAfter
              reason
              createdAt
            }
          }
        }
      }
    }
    apiKeys(userId: $userId, first: 50) {
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
    }
    webhookEndpoints {
      id
      url
      userId
      enabled
      disabledReason
      lastSuccessAt
    }
  }
`);

/** A job as support sees it. */
export type SupportJob = NonNullable<NonNullable<ResultOf<typeof supportJobQuery>['operations']>['job']>;

/** A user's account as support sees it. */
export type SupportAccount = NonNullable<
  NonNullable<ResultOf<typeof supportUserQuery>['operations']>['accounts']
>['nodes'][number];
