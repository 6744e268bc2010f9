import type { FragmentOf } from 'gql.tada';
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
    createdAt
    submittedAt
    nextPollAt
    deadlineAt
  }
`);

/** Somebody's job as an operator sees it. */
export type OperatorJob = FragmentOf<typeof operatorJob>;

/** How the provider is, what is in trouble and what may have been lost. */
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
        }
        losses {
          unconfirmed
          lateVideos
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

/** One page of all users' accounts. */
export const accountsQuery = graphql(`
  query Accounts($first: Int!, $after: String, $userIdPrefix: String) {
    operations {
      accounts(first: $first, after: $after, userIdPrefix: $userIdPrefix) {
        edges {
          cursor
          node {
            id
            userId
            balance
            held
            available
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);
