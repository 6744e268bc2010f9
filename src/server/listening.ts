import type { ExecutionArgs } from 'graphql';
import type { Context } from '../../schema/builder.ts';

/** An operation's arguments, and whether any resolver that was given them has asked the gateway for anything since. */
export type Listened = { readonly args: ExecutionArgs; readonly hasAsked: () => boolean };

/**
 * Listens to what the resolvers of an operation ask for. They know nothing but the viewer, the variables, the event and what the gateway
 * tells them: as long as they have never asked, the same event has the same result.
 */
export function listenTo(args: ExecutionArgs): Listened {
  // Every operation is executed with one.
  const context = args.contextValue as Context;
  let asked = false;
  const gateway = new Proxy(context.gateway, {
    get(verbs, name, receiver) {
      asked = true;
      return Reflect.get(verbs, name, receiver);
    },
  });
  const contextValue: Context = { ...context, gateway };
  return { args: { ...args, contextValue }, hasAsked: () => asked };
}
