import type { FragmentOf, ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';

/** A video: where it is, until when, and what is known of its file. */
const videoParts = graphql(`
  fragment VideoParts on Video {
    url
    posterUrl
    storage
    expiresAt
    byteSize
    durationSeconds
    width
    height
  }
`);

/** A video, or a late one. */
export type Video = FragmentOf<typeof videoParts>;

/** A job for lists and live updates. */
export const jobRow = graphql(
  `
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
    resendAt
    failedPolls
    startedAt
    finishedAt
    deadlineAt
    deletedAt
    videoUrl
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
      ...VideoParts
    }
    lateVideo {
      ...VideoParts
    }
  }
`,
  [videoParts],
);

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
        seedUsed
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

/** One job without its history, for a row whose video is being copied. */
export const jobRowQuery = graphql(
  `
    query JobRow($id: ID!) {
      job(id: $id) {
        ...JobRow
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
