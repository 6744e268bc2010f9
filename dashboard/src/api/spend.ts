import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

/** What the provider asked beside what users paid, by day. */
export const spendQuery = graphql(`
  query Spend($from: DateTime!, $to: DateTime!) {
    operations {
      spend(from: $from, to: $to) {
        day
        acceptedJobs
        providerCost
        jobsWithoutCost
        difference
        capturedCredits
        refundedCredits
        unconfirmedJobs
      }
    }
  }
`);

/** One day of it. */
export type SpendDay = NonNullable<NonNullable<ResultOf<typeof spendQuery>['operations']>['spend']>[number];
