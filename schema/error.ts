import { GraphQLError } from 'graphql';

/** The value of `extensions.code` when a request is refused outside the result unions. */
export type RefusalCode = 'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND';

/** Creates that error. The message is a sentence to show to a person. */
export function refusal(code: RefusalCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
