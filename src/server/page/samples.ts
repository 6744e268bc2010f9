import type { Environment } from '../../domain/job.ts';

/** One tab of GraphiQL. */
export type Tab = { readonly query: string };

/** The tabs that GraphiQL opens with, introduced for a newcomer. `environment`: the one that is served; null: the token decides. */
export function sampleTabs(environment: Environment | null): readonly Tab[] {
  return [generateVideo, watchJobs, listJobs].map((sample) => ({ query: sample(introductionOf(environment)) }));
}

function introductionOf(environment: Environment | null): string {
  switch (environment) {
    case 'TEST':
      return `# Environment: TEST. The built-in sandbox delivers
# each video in about 15 seconds, free of charge.`;
    case 'LIVE':
      return `# Environment: LIVE. The provider makes each video:
# that takes a few minutes and costs real money.`;
    case null:
      return `# Your token decides the environment, LIVE or TEST.
# Put it below, under Headers:
#   { "authorization": "Bearer YOUR-TOKEN" }`;
  }
}

function generateVideo(introduction: string): string {
  return `# 1. Make a video: press play (or Ctrl-Enter), then
#    follow it in the next tab.
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
    # Every expected failure has a code and a message:
    ... on Failure { code message }
  }
}
`;
}

function watchJobs(introduction: string): string {
  return `# 2. Follow your jobs live: press play right after the
#    mutation, and once more to stop. When the job is
#    COMPLETED, open its video.url.
#    For one job and its progress: jobUpdated(id: "…").
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
  return `# 3. Your latest jobs, their videos and your credits.
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
