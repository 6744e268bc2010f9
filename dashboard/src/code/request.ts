import type { AspectRatio } from '../words.ts';

/** A request for a video, as the code panel writes it in each language. */
export type CodeRequest = {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  readonly input: {
    readonly prompt: string;
    readonly aspectRatio: AspectRatio;
    readonly seed: number | null;
    readonly externalId: string | null;
  };
  /** Whether the gateway wants a token. The code reads it from its environment and never contains it. */
  readonly needsToken: boolean;
};

/** The input as written in code: without the fields that are null, which mean the default. */
export function givenInputOf({ input }: CodeRequest): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

/** The mutation of the code samples. */
export const mutation = `mutation ($input: GenerateVideoInput!) {
  generateVideo(input: $input) {
    __typename
    ... on GenerateVideoSuccess { job { id } }
    ... on Failure { code message }
  }
}`;

/** The subscription of the code samples: every state of a job, to its end. */
export const subscription = `subscription ($id: ID!) {
  jobUpdated(id: $id) {
    status
    progress { fraction }
    videoUrl
    failure { message }
  }
}`;

/** Text with each line after the first moved to the right. */
export function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

/** An object as TypeScript writes it, its names without quotes. */
export function literalOf(value: Readonly<Record<string, string | number>>, spaces: number): string {
  const lines = Object.entries(value).map(([name, each]) => `  ${name}: ${JSON.stringify(each)},`);
  return indented(['{', ...lines, '}'].join('\n'), spaces);
}
