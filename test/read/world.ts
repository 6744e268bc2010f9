import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { Log } from '../../src/ports.ts';
import { createViews } from '../../src/read/views.ts';
import { createManualClock } from '../world/clock.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Views on a bell; the test counts their listeners. */
export function openWorld() {
  const clock = createManualClock();
  const bell = createLocalBell();
  let listening = 0;
  const counted: typeof bell = {
    ...bell,
    listen(topic, wake) {
      listening += 1;
      const stop = bell.listen(topic, wake);
      return () => {
        listening -= 1;
        stop();
      };
    },
  };
  return { clock, bell, views: createViews({ bell: counted, clock, log: quiet }), listening: () => listening };
}
