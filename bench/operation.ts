const job = '{ id status version environment prompt aspectRatio seed charge { state credits } createdAt submittedAt }';

/** The benchmark's operations, the same for all servers. */
export const operations = {
  job: `query ($id: ID!) { job(id: $id) ${job} }`,
  jobUpdated: `subscription ($id: ID!) { jobUpdated(id: $id) ${job} }`,
  jobEvents: 'subscription { jobEvents { ... on JobEvent { version status job { id prompt } } } }',
  generateVideo: `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
      ... on GenerateVideoSuccess { replayed job { id status version } } ... on Failure { code message }
    } }`,
};

/** The `subscribe` message. */
export function subscribeMessage(id: string, query: string, variables: Record<string, unknown>): string {
  return JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });
}

/** The body of a request. */
export function bodyOf(query: string, variables: Record<string, unknown>): string {
  return JSON.stringify({ query, variables });
}
