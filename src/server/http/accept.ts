import { eventStream } from '../graphql/guards.ts';

/** The media type of answers that say by their status whether the request was valid. */
const graphqlJson = 'application/graphql-response+json';

/** The media type of answers to well-formed requests that are 200 whatever their errors. */
export const plainJson = 'application/json';

const responseTypes = [graphqlJson, plainJson, eventStream, 'application/*', 'text/*', '*/*'];

const pageTypes = ['text/html', 'application/xhtml+xml'];

/** The media types of an Accept header, the most wanted first; what is refused by `q=0` is left out. No header: anything. */
export function readAccept(header: string | undefined): readonly string[] {
  if (header === undefined || header.trim() === '') return ['*/*'];
  return header
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
      const complexity = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return { type, complexity: Number.isNaN(complexity) ? 1 : complexity };
    })
    .filter(({ type, complexity }) => type !== '' && complexity > 0)
    .toSorted((a, b) => b.complexity - a.complexity)
    .map(({ type }) => type);
}

/** The accepted types in which an operation can be answered, wildcards included. */
export function responseTypesOf(accepted: readonly string[]): readonly string[] {
  return accepted.filter((type) => responseTypes.includes(type));
}

/** Whether a page is wanted rather than an answer: a browser that opens the address. */
export function prefersPage(accepted: readonly string[]): boolean {
  return pageTypes.includes(accepted.find((type) => !type.includes('*')) ?? '');
}

/** The type in which JSON is sent: the wanted one of the two. */
export function jsonTypeOf(accepted: readonly string[]): string {
  return accepted.find((type) => type === graphqlJson || type === plainJson) ?? plainJson;
}
