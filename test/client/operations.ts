/** The operations that every client runs, by name. They follow the rules of Relay's compiler, the strictest of all. */
export const operations = {
  generate: `
    mutation operationsGenerateMutation($input: GenerateVideoInput!) {
      generateVideo(input: $input) {
        __typename
        ... on GenerateVideoSuccess { replayed job { id status version prompt } }
        ... on Failure { code message retryable }
      }
    }`,
  jobs: `
    query operationsJobsQuery($first: Int, $after: String, $filter: JobFilter) {
      jobs(first: $first, after: $after, filter: $filter) {
        totalCount
        edges { cursor node { id status version } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  watch: `
    subscription operationsWatchSubscription($id: ID!) {
      jobUpdated(id: $id) { id status version progress { fraction } video { url } failure { __typename code message } }
    }`,
  feed: `
    subscription operationsFeedSubscription($after: String) {
      jobEvents(after: $after) {
        __typename
        ... on FeedItem { cursor }
        ... on JobEvent { version status job { id status version video { url } } }
      }
    }`,
} as const;

/** The name of one of them. */
export type OperationName = keyof typeof operations;
