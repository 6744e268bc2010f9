/** Asks for a video. `Failure` stands for every refusal, those of later versions included. */
export const generate = /* GraphQL */ `
  mutation Generate($input: GenerateVideoInput!) {
    generateVideo(input: $input) {
      __typename
      ... on GenerateVideoSuccess {
        job {
          id
          status
          version
        }
      }
      ... on Failure {
        code
        message
        retryable
      }
    }
  }
`;

/** What `generate` answers. */
export type Generated = { readonly generateVideo: { readonly code?: string; readonly message?: string } };

/** Every change of state of all the viewer's jobs, from a cursor on. */
export const feed = /* GraphQL */ `
  subscription Feed($after: String) {
    jobEvents(after: $after) {
      __typename
      ... on FeedItem {
        cursor
      }
      ... on JobEvent {
        status
        message
        job {
          id
          status
          version
          externalId
          video {
            url
          }
        }
      }
    }
  }
`;

/** An item of `feed`: `FeedLive` once everything missed has been sent, `FeedReset` where the cursor is too old. */
export type Feed = {
  readonly jobEvents: {
    readonly __typename: 'JobEvent' | 'FeedLive' | 'FeedReset';
    readonly cursor: string;
    readonly status?: string;
    readonly message?: string;
    readonly job?: { readonly externalId: string | null; readonly video: { readonly url: string } | null };
  };
};

/** Whether a job with this status changes no more. */
export function isEnded(status: string | undefined): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';
}
