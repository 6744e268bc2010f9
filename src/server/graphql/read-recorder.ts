import type { ExecutionArgs } from 'graphql';
import type { Context } from '../../../schema/context.ts';
import type { Gateway } from '../../gateway/gateway.ts';

/** What depends on the job alone while links do not expire: resolvers that use no more have the same result for the same job. */
const ofJobAlone: ReadonlySet<string | symbol> = new Set(['videoUrl', 'shownVideo'] satisfies (keyof Gateway)[]);

/** A gateway that calls `onRead` whenever one of its functions is read, except those replaced by `instead`, and those of a job alone. */
export function recordingGateway(gateway: Gateway, onRead: () => void, instead: Partial<Gateway> = {}): Gateway {
  return new Proxy(gateway, {
    get(target, name, receiver) {
      if (name in instead) return Reflect.get(instead, name);
      if (target.linksExpire || !ofJobAlone.has(name)) onRead();
      return Reflect.get(target, name, receiver);
    },
  });
}

/** The arguments of an operation, and whether any of its resolvers has used the gateway since. */
export type RecordedReads = { readonly args: ExecutionArgs; readonly hasAsked: () => boolean };

/**
 * Records whether the resolvers of an operation use the gateway. Their only other inputs are the viewer, the variables and the event. While
 * they have not used it, the same event has the same result.
 */
export function recordReads(args: ExecutionArgs): RecordedReads {
  // The engine gives every operation a Context.
  const context = args.contextValue as Context;
  let used = false;
  const gateway = recordingGateway(context.gateway, () => {
    used = true;
  });
  const { document: _, ...rest } = args;
  const contextValue: Context = { ...context, gateway };
  return {
    // A document that is found anew each time is not kept.
    args: {
      ...rest,
      get document() {
        return args.document;
      },
      contextValue,
    },
    hasAsked: () => used,
  };
}
