import { eventStream } from '../graphql/guards.ts';

/** The media type of responses whose status shows whether the request was valid (GraphQL over HTTP). */
const graphqlJson = 'application/graphql-response+json';

/** The older media type: responses to well-formed requests are 200 even with errors. */
export const plainJson = 'application/json';

const responseTypes = [graphqlJson, plainJson, eventStream, 'application/*', 'text/*', '*/*'];

const pageTypes = ['text/html', 'application/xhtml+xml'];

/** The media types of an Accept header, the preferred first, without those refused by `q=0`. No header: any type. */
export function readAccept(header: string | undefined): readonly string[] {
  if (header === undefined || header.trim() === '') return ['*/*'];
  return header
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return { type, quality: Number.isNaN(quality) ? 1 : quality };
    })
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ type }) => type);
}

/** The accepted types that a response can have, wildcards included. */
export function responseTypesOf(accepted: readonly string[]): readonly string[] {
  return accepted.filter((type) => responseTypes.includes(type));
}

/** Whether the client prefers a page: a browser that opens the address. */
export function prefersPage(accepted: readonly string[]): boolean {
  return pageTypes.includes(accepted.find((type) => !type.includes('*')) ?? '');
}

/** The media type for JSON: the preferred one of the two. */
export function jsonTypeOf(accepted: readonly string[]): string {
  return accepted.find((type) => type === graphqlJson || type === plainJson) ?? plainJson;
}
