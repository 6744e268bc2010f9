import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { Clock, Log } from '../../ports.ts';
import { createValueHint } from './enum-values.ts';
import { asGraphQLError, publicErrorOf, withExtensions } from './errors.ts';

/** The public errors that refused an operation, as JSON text: `[{"message":…,"extensions":{"code":…}}]`. */
export type Refused = { readonly refused: string };

/** Turns errors into what clients may read. Masked errors are logged under a request id: a new one by default. */
export interface Publishing {
  /** Returns the public form of an error. */
  publish(error: GraphQLError, requestId: string): GraphQLError;
  /** Returns a result as JSON text, with its errors in their public form. */
  textOf(result: ExecutionResult, requestId?: string): string;
  refusedBy(errors: readonly GraphQLError[] | undefined, requestId?: string): Refused;
  /** Returns the public form of anything thrown. */
  refuse(error: unknown, requestId?: string): Refused;
}

/** The parts that publishing needs. `suggests`: whether errors name what the client may have meant. */
type PublishingDeps = {
  readonly schema: GraphQLSchema;
  readonly suggests: boolean;
  readonly clock: Pick<Clock, 'newId'>;
  readonly log: Log;
};

/** The public form of errors, the same for every transport. */
export function createPublishing({ schema, suggests, clock, log }: PublishingDeps): Publishing {
  const withValues = createValueHint(schema);

  function publish(error: GraphQLError, requestId: string): GraphQLError {
    const report = (unexpected: GraphQLError) => {
      const err = unexpected.originalError ?? unexpected;
      log.error({ err, requestId, path: unexpected.path?.join('.') }, 'An operation failed unexpectedly.');
      return requestId;
    };
    const shown = publicErrorOf(error, report, suggests);
    const message = suggests ? withValues(shown.message) : shown.message;
    return message === shown.message ? shown : withExtensions(shown, shown.extensions, message);
  }

  function publishAll(errors: readonly GraphQLError[], requestId = clock.newId()): readonly GraphQLError[] {
    return errors.map((error) => publish(error, requestId));
  }

  const refusedBy: Publishing['refusedBy'] = (errors, requestId) => ({
    refused: JSON.stringify(publishAll(errors ?? [], requestId)),
  });
  return {
    publish,
    refusedBy,
    refuse: (error, requestId) => refusedBy([asGraphQLError(error)], requestId),
    textOf(result, requestId) {
      if (result.errors === undefined) return JSON.stringify(result);
      return JSON.stringify({ ...result, errors: publishAll(result.errors, requestId) });
    },
  };
}
