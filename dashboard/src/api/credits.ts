import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

const accountAmounts = graphql(`
  fragment AccountAmounts on CreditAccount {
    id
    userId
    balance
    held
    available
  }
`);

/** What the viewer can spend; needs `credits:read`. */
export const accountQuery = graphql(
  `
    query Account {
      viewer {
        account {
          ...AccountAmounts
        }
      }
    }
  `,
  [accountAmounts],
);

/** The viewer's credits, live. */
export const accountUpdated = graphql(
  `
    subscription AccountUpdated {
      accountUpdated {
        ...AccountAmounts
      }
    }
  `,
  [accountAmounts],
);

/** One page of the viewer's ledger; `withJobs` needs `jobs:read`. */
export const ledgerQuery = graphql(
  `
    query Ledger($first: Int!, $after: String, $withJobs: Boolean!) {
      viewer {
        account {
          ...AccountAmounts
          ledger(first: $first, after: $after) {
            nodes {
              id
              kind
              credits
              balanceAfter
              reason
              createdAt
              job @include(if: $withJobs) {
                id
                prompt
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    }
  `,
  [accountAmounts],
);

/** One movement of the balance. */
export type LedgerEntry = Account['ledger']['nodes'][number];

type Account = NonNullable<ResultOf<typeof ledgerQuery>['viewer']['account']>;
