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
