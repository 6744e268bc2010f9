import type { InputIssue } from '../domain/failure.ts';
import type { WebhookEventType } from '../domain/webhook.ts';
import { issuesWhen } from './input.ts';

/** What an endpoint is created or changed with; null or absent means the default, or no change. */
export type EndpointRequest = {
  readonly url?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly eventTypes?: readonly WebhookEventType[] | null | undefined;
};

/** How many endpoints a user can have in an environment. */
export const mostEndpoints = 20;

const maxDescriptionLength = 255;

/** Everything that is invalid in a request; empty if it is valid. `refusalOf` says why a URL may not be asked. */
export function endpointIssuesOf(
  { url, description, eventTypes }: EndpointRequest,
  refusalOf: (url: string) => string | null,
): readonly InputIssue[] {
  const refusal = url === undefined || url === null ? null : refusalOf(url);
  const text = description ?? '';
  return [
    ...(refusal === null ? [] : [{ path: ['url'], message: refusal }]),
    ...issuesWhen(
      [...text].length > maxDescriptionLength || /[\0\p{Cs}]/u.test(text),
      'description',
      `description must be Unicode text of at most ${maxDescriptionLength} characters.`,
    ),
    ...issuesWhen(eventTypes?.length === 0, 'eventTypes', 'An endpoint needs at least one type of event.'),
  ];
}
