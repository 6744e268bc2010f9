import type { FragmentOf, ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

/** A job for lists and live updates. */
const jobRow = graphql(`
  fragment JobRow on Job {
    id
    version
    status
    environment
    prompt
    aspectRatio
    seed
    externalId
    createdAt
    submittedAt
    finishedAt
    deadlineAt
    progress {
      fraction
      elapsedSeconds
      remainingSeconds
      overdue
      sampleSize
    }
    charge {
      state
      credits
    }
    failure {
      __typename
      code
      message
      retryable
    }
    video {
      url
      contentType
      expiresAt
    }
    lateVideo {
      url
      expiresAt
    }
  }
`);

/** A job for lists and live updates. */
export type JobRow = FragmentOf<typeof jobRow>;

/** The signed-in user, and what their token or key allows. */
export const viewerQuery = graphql(`
  query Viewer {
    viewer {
      userId
      environment
      scopes
    }
  }
`);

/** The signed-in user, and what their token or key allows. */
export type Viewer = ResultOf<typeof viewerQuery>['viewer'];

/** The price of a video, and how long one takes. */
export const quoteQuery = graphql(`
  query Quote {
    quote {
      credits
      typicalSeconds
      slowSeconds
    }
  }
`);

/** One page of the viewer's jobs. */
export const jobsQuery = graphql(
  `
    query Jobs($first: Int!, $after: String, $filter: JobFilter) {
      jobs(first: $first, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...JobRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [jobRow],
);

/** One job with its history. */
export const jobQuery = graphql(
  `
    query Job($id: ID!) {
      job(id: $id) {
        ...JobRow
        retryOf {
          id
        }
        events(first: 100) {
          edges {
            node {
              version
              status
              message
              occurredAt
            }
          }
        }
      }
    }
  `,
  [jobRow],
);

/** One job, live. */
export const jobUpdated = graphql(
  `
    subscription JobUpdated($id: ID!) {
      jobUpdated(id: $id) {
        ...JobRow
      }
    }
  `,
  [jobRow],
);

/** Every status change of all the viewer's jobs. */
export const jobEvents = graphql(
  `
    subscription JobEvents($after: String) {
      jobEvents(after: $after) {
        __typename
        ... on FeedItem {
          cursor
        }
        ... on JobEvent {
          message
          job {
            ...JobRow
          }
        }
      }
    }
  `,
  [jobRow],
);
