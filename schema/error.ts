import { GraphQLError } from 'graphql';

/** Why a request is refused outside the result unions; the value of `extensions.code`. */
export type RefusalCode = 'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND';

/** The error that tells a client so; its message is a sentence for a person. */
export function refusal(code: RefusalCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
