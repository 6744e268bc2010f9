const job = '{ id status version environment prompt aspectRatio seed charge { state credits } createdAt submittedAt }';

const withProgress = job.replace(
  /\}$/,
  'progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize } }',
);

/** The benchmark's operations, the same for all servers. */
export const operations = {
  job: `query ($id: ID!) { job(id: $id) ${job} }`,
  jobs: `query ($first: Int) { jobs(first: $first) { nodes ${withProgress} pageInfo { hasNextPage } } }`,
  jobUpdated: `subscription ($id: ID!) { jobUpdated(id: $id) ${job} }`,
  /** What a page shows that draws a bar. */
  jobProgress: `subscription ($id: ID!) { jobUpdated(id: $id) ${withProgress} }`,
  jobEvents: `subscription ($after: String) { jobEvents(after: $after) {
      __typename ... on FeedItem { cursor } ... on JobEvent { version status job { id prompt } } } }`,
  generateVideo: `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
      ... on GenerateVideoSuccess { replayed job { id status version } } ... on Failure { code message }
    } }`,
};

/** The `connection_init` message. yoga's plugin reads the bare token, the others read the header's form. */
export function initMessage(token: string): string {
  return JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}`, token } });
}

/** The `subscribe` message. */
export function subscribeMessage(id: string, query: string, variables: Record<string, unknown>): string {
  return JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });
}

/** The body of a request. */
export function bodyOf(query: string, variables: Record<string, unknown>): string {
  return JSON.stringify({ query, variables });
}
