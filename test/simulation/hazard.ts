import type { Weather } from './climate.ts';
import { type Departure, type Observations, placeOf } from './observations.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Makes one process slow, pauses it, or ends it. */
export interface Hazard {
  readonly alive: boolean;
  /** Fulfils when the process has ended. */
  readonly gone: Promise<Departure>;
  /** A point at which the process may crash, pause or be delayed. The promise never settles once the process has ended. */
  pass(point: string): Promise<void>;
  /** The same in synchronous code, without the waiting. False once the process has ended. */
  strike(point: string): boolean;
  /** Runs a call of a port with a `pass` before it and one after it. */
  call<Value>(name: string, run: () => Promise<Value>): Promise<Value>;
  /** Schedules a callback of the process. It waits while the process is paused, and never runs once the process has ended. */
  after(delayMs: number, callback: () => void): () => void;
  wasPausedAt(instant: number): boolean;
  end(how: Departure['how'], point: string): void;
  /** Sets what the process does when it is asked to stop. */
  onStop(stop: () => void): void;
}

/** The longest pause of a process: three times the longest lease. */
const maxPauseMs = 60_000;

/** Frequent calls at which little can go wrong; they get fewer faults, so that most faults happen elsewhere. */
const idle = /(due|take|giveBack|arrive|durations|readFeed|find\w+)$/;

/** What a hazard receives. */
export type HazardDeps = {
  readonly name: string;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly weather: Weather;
  readonly observations: Observations;
  readonly trace: (what: string) => void;
};

/** Creates the hazard of one process on a timeline. */
export function createHazard({ name, timeline, random, weather, observations, trace }: HazardDeps): Hazard {
  const pauses: { from: number; to: number }[] = [];
  let alive = true;
  let pausedUntil = 0;
  let stop: (() => void) | null = null;
  let leave: (departure: Departure) => void = () => undefined;
  const gone = new Promise<Departure>((resolve) => {
    leave = resolve;
  });

  function end(how: Departure['how'], point: string): void {
    if (!alive) return;
    alive = false;
    trace(`${how === 'crash' ? 'crashes' : 'leaves'} ${point}`);
    const departure = { node: name, at: timeline.now(), how, point };
    observations.departures.push(departure);
    leave(departure);
  }

  function strike(point: string): boolean {
    const weight = idle.test(point) ? 0.25 : 3;
    if (alive && random.chance(weather.crash * weight)) end('crash', point);
    if (alive && stop !== null && random.chance(weather.drain * weight)) {
      trace(`is asked to stop ${point}`);
      stop();
      stop = null;
    }
    if (alive && random.chance(weather.pause * weight)) {
      const from = timeline.now();
      const to = from + random.whole(1, maxPauseMs);
      pausedUntil = Math.max(pausedUntil, to);
      pauses.push({ from, to });
      observations.troubles.push({ place: placeOf(name), from, to });
      observations.pauses += 1;
      trace(`pauses for ${to - from} ms ${point}`);
    }
    return alive;
  }

  async function pass(point: string): Promise<void> {
    strike(point);
    const delayMs = random.chance(weather.delay) ? random.whole(1, weather.delayMs) : 0;
    if (alive && delayMs > 0) await timeline.wait(delayMs);
    while (alive && pausedUntil > timeline.now()) await timeline.wait(pausedUntil - timeline.now());
    // A process that has ended never continues what it was about to do.
    if (!alive) await new Promise<never>(() => undefined);
  }

  function after(delayMs: number, callback: () => void): () => void {
    let cancel = timeline.at(timeline.now() + Math.max(0, delayMs), function happen() {
      if (!alive) return;
      if (pausedUntil > timeline.now()) cancel = timeline.at(pausedUntil, happen);
      else callback();
    });
    return () => cancel();
  }

  return {
    get alive() {
      return alive;
    },
    gone,
    pass,
    strike,
    after,
    end,
    onStop(run) {
      stop = run;
    },
    async call(verb, run) {
      await pass(`before ${verb}`);
      const value = await run();
      await pass(`after ${verb}`);
      return value;
    },
    wasPausedAt: (instant) => pauses.some(({ from, to }) => from <= instant && instant < to),
  };
}
