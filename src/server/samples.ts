import type { Environment } from '../domain/job.ts';

/** One tab of GraphiQL. */
export type Tab = { readonly query: string };

/** The operations that GraphiQL opens on, with what a newcomer needs to know of each. `environment`: which one is on, null where the token says. */
export function sampleTabs(environment: Environment | null): readonly Tab[] {
  return [generateVideo, watchJobs, listJobs].map((sample) => ({ query: sample(introductionOf(environment)) }));
}

function introductionOf(environment: Environment | null): string {
  switch (environment) {
    case 'TEST':
      return `# Environment: TEST. Videos come from the built-in
# sandbox, in about 15 seconds, and cost nothing.`;
    case 'LIVE':
      return `# Environment: LIVE. Each video is made by the provider,
# takes some minutes and costs real money.`;
    case null:
      return `# The environment, LIVE or TEST, is your token's.
# Show the token below, under Headers:
#   { "authorization": "Bearer YOUR-TOKEN" }`;
  }
}

function generateVideo(introduction: string): string {
  return `# 1. Make a video: press play (or Ctrl-Enter), then
#    watch it being made in the next tab.
${introduction}

mutation MakeVideo {
  generateVideo(input: {
    prompt: "2 people in a business meeting"
    aspectRatio: LANDSCAPE_16_9
  }) {
    __typename
    ... on GenerateVideoSuccess {
      job { id status }
      account { available }
    }
    # Whatever goes wrong is a Failure:
    ... on Failure { code message }
  }
}
`;
}

function watchJobs(introduction: string): string {
  return `# 2. Watch your jobs, live: press play right after the
#    mutation, and again to stop. Once the job is
#    COMPLETED, open its video.url.
#    One job, with its progress: jobUpdated(id: "…").
${introduction}

subscription WatchJobs {
  jobEvents {
    __typename
    ... on FeedItem { cursor }
    ... on JobEvent {
      message
      job {
        id
        status
        progress { fraction remainingSeconds }
        video { url }
        failure { code message }
      }
    }
  }
}
`;
}

function listJobs(introduction: string): string {
  return `# 3. Your latest jobs, their videos, and your credits.
${introduction}

query MyJobs {
  jobs(first: 10) {
    totalCount
    nodes {
      id
      status
      prompt
      createdAt
      charge { state credits }
      video { url expiresAt }
      failure { code message }
    }
  }
  viewer {
    userId
    environment
    account { balance held available }
  }
}
`;
}
