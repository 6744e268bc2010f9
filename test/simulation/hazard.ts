import type { Weather } from './climate.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import { type Departure, placeOf, type Witness } from './witness.ts';

/** What can befall one process: it is slow, it stands still for a while, or it is gone. */
export interface Hazard {
  readonly alive: boolean;
  /** Fulfils when the process is gone. */
  readonly gone: Promise<Departure>;
  /** A moment of waiting: the process may crash here or stand still, and never comes back where it is gone. */
  pass(point: string): Promise<void>;
  /** Such a moment in the midst of what does not wait. False where the process is gone. */
  strike(point: string): boolean;
  /** Something that the process does at a port, with a moment before it and one after it. */
  call<Value>(name: string, run: () => Promise<Value>): Promise<Value>;
  /** Plans a callback of the process's own; it waits while the process stands still, and never comes once it is gone. */
  after(delayMs: number, callback: () => void): () => void;
  stoodStillAt(instant: number): boolean;
  end(how: Departure['how'], point: string): void;
  /** Says what the process does when it is told to stop. */
  onStop(stop: () => void): void;
}

/** A process stands still for up to this long: three times the longest lease. */
const maxPauseMs = 60_000;

/** What a process does most of the time, and where little can go wrong: so that trouble mostly strikes elsewhere. */
const idle = /(due|take|giveBack|arrive|durations|readFeed|find\w+)$/;

/** What a hazard is made of. */
export type HazardDeps = {
  readonly name: string;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly weather: Weather;
  readonly witness: Witness;
  readonly tell: (what: string) => void;
};

/** The hazards of one process on a timeline. */
export function createHazard({ name, timeline, random, weather, witness, tell }: HazardDeps): Hazard {
  const pauses: { from: number; to: number }[] = [];
  let alive = true;
  let stillUntil = 0;
  let stop: (() => void) | null = null;
  let leave: (departure: Departure) => void = () => undefined;
  const gone = new Promise<Departure>((resolve) => {
    leave = resolve;
  });

  function end(how: Departure['how'], point: string): void {
    if (!alive) return;
    alive = false;
    tell(`${how === 'crash' ? 'crashes' : 'leaves'} ${point}`);
    const departure = { node: name, at: timeline.now(), how, point };
    witness.departures.push(departure);
    leave(departure);
  }

  function strike(point: string): boolean {
    const weight = idle.test(point) ? 0.25 : 3;
    if (alive && random.chance(weather.crash * weight)) end('crash', point);
    if (alive && stop !== null && random.chance(weather.drain * weight)) {
      tell(`is told to stop ${point}`);
      stop();
      stop = null;
    }
    if (alive && random.chance(weather.pause * weight)) {
      const from = timeline.now();
      const to = from + random.whole(1, maxPauseMs);
      stillUntil = Math.max(stillUntil, to);
      pauses.push({ from, to });
      witness.troubles.push({ place: placeOf(name), from, to });
      witness.pauses += 1;
      tell(`stands still for ${to - from} ms ${point}`);
    }
    return alive;
  }

  async function pass(point: string): Promise<void> {
    strike(point);
    const delayMs = random.chance(weather.delay) ? random.whole(1, weather.delayMs) : 0;
    if (alive && delayMs > 0) await timeline.wait(delayMs);
    while (alive && stillUntil > timeline.now()) await timeline.wait(stillUntil - timeline.now());
    // A process that is gone does nothing any more: what it was about to do never goes on.
    if (!alive) await new Promise<never>(() => undefined);
  }

  function after(delayMs: number, callback: () => void): () => void {
    let callOff = timeline.at(timeline.now() + Math.max(0, delayMs), function happen() {
      if (!alive) return;
      if (stillUntil > timeline.now()) callOff = timeline.at(stillUntil, happen);
      else callback();
    });
    return () => callOff();
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
    onStop(deed) {
      stop = deed;
    },
    async call(verb, run) {
      await pass(`before ${verb}`);
      const value = await run();
      await pass(`after ${verb}`);
      return value;
    },
    stoodStillAt: (instant) => pauses.some(({ from, to }) => from <= instant && instant < to),
  };
}
