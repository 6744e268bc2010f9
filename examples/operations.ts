/** Requests a video. `... on Failure` also covers failures that later versions add. */
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

/** The result of `generate`. */
export type Generated = { readonly generateVideo: { readonly code?: string; readonly message?: string } };

/** Every state change of the viewer's jobs, starting after a cursor. */
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
          videoUrl
        }
      }
    }
  }
`;

/** An item of `feed`: `FeedLive` once you have received everything you missed, `FeedReset` if the cursor is too old. */
export type Feed = {
  readonly jobEvents: {
    readonly __typename: 'JobEvent' | 'FeedLive' | 'FeedReset';
    readonly cursor: string;
    readonly status?: string;
    readonly message?: string;
    readonly job?: { readonly externalId: string | null; readonly videoUrl: string };
  };
};

/** Whether this status is final. */
export function isEnded(status: string | undefined): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';
}
