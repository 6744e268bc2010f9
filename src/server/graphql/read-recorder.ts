import type { ExecutionArgs } from 'graphql';
import type { Context } from '../../../schema/context.ts';
import type { Gateway } from '../../gateway/gateway.ts';

/** A gateway that tells of every verb that is taken from it, but for those that stand in for its own. */
export function recordingGateway(gateway: Gateway, isAlive: () => void, instead: Partial<Gateway> = {}): Gateway {
  return new Proxy(gateway, {
    get(verbs, name, receiver) {
      if (name in instead) return Reflect.get(instead, name);
      isAlive();
      return Reflect.get(verbs, name, receiver);
    },
  });
}

/** An operation's arguments, and whether any resolver that was given them has asked the gateway for anything since. */
export type RecordedReads = { readonly args: ExecutionArgs; readonly hasAsked: () => boolean };

/**
 * Listens to what the resolvers of an operation ask for. They know nothing but the viewer, the variables, the event and what the gateway
 * tells them: as long as they have never asked, the same event has the same result.
 */
export function recordReads(args: ExecutionArgs): RecordedReads {
  // Every operation is executed with one.
  const context = args.contextValue as Context;
  let asked = false;
  const gateway = recordingGateway(context.gateway, () => {
    asked = true;
  });
  const contextValue: Context = { ...context, gateway };
  return { args: { ...args, contextValue }, hasAsked: () => asked };
}
