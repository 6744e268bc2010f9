import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object among the young ones, where those that nobody holds any more cost nothing. Left to itself it watches how long the
 * objects of each literal live, and where those of a burst have lived long it makes all later ones among the old (allocation site
 * pretenuring). Here one literal serves the jobs of a burst, which stay, and what is told of them, which does not: made old, each would keep
 * what it holds until the next full collection. For whoever runs a gateway in this process, before it serves.
 */
export function makeObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
