import type { Environment } from '../../src/domain/job.ts';
import type { Pace } from '../../src/domain/pace.ts';
import { calmMoods, type Moods, roughMoods } from './mood.ts';
import type { Random } from './random.ts';

/** How likely each trouble is at each call of a port; all 0 once faults have stopped. */
export type Weather = {
  /** The node is gone, before the call or after it. */
  crash: number;
  /** The node stands still, for up to a minute. */
  pause: number;
  /** The call takes a while, `delayMs` at most. */
  delay: number;
  readonly delayMs: number;
  /** The database refuses: a verb at its beginning, or any statement that writes. */
  fault: number;
  /** The process is told to stop. */
  drain: number;
  /** A ring is lost; as many are doubled, and twice as many come late. */
  lostRings: number;
};

/** What a history is drawn to be like: nothing of it depends on what happens in it. */
export type Climate = {
  readonly weather: Weather;
  readonly moods: Moods;
  /** Nothing goes wrong anywhere: then everything must also be quick. */
  readonly isFair: boolean;
  readonly nodes: number;
  /** How often a node is killed at some moment, whatever it is doing. */
  readonly kills: number;
  /** How often the database takes no writes for a while. */
  readonly outages: number;
  readonly environments: readonly Environment[];
  readonly pace: Pace;
  readonly requestsPerMinute: number;
  readonly priceCredits: number;
  readonly signupCredits: number;
  readonly jobsInFlight: number;
  /** Whether a job may stay at the provider for close to an hour, or for ever. */
  readonly isSticky: boolean;
  /** Whether the provider keeps to its documentation where it says that behind a 500 or 503 with JSON there is no job. */
  readonly isHonest: boolean;
};

type Sky = 'fair' | 'quiet' | 'crashing' | 'pausing' | 'failing' | 'stormy';

const skies: Record<Sky, Omit<Weather, 'drain'>> = {
  fair: { crash: 0, pause: 0, delay: 0.4, delayMs: 300, fault: 0, lostRings: 0 },
  quiet: { crash: 0, pause: 0, delay: 0.1, delayMs: 40, fault: 0, lostRings: 0.1 },
  crashing: { crash: 0.015, pause: 0, delay: 0.1, delayMs: 40, fault: 0, lostRings: 0.1 },
  pausing: { crash: 0.002, pause: 0.012, delay: 0.3, delayMs: 40, fault: 0, lostRings: 0.1 },
  failing: { crash: 0, pause: 0, delay: 0.2, delayMs: 100, fault: 0.01, lostRings: 0.1 },
  stormy: { crash: 0.005, pause: 0.004, delay: 0.2, delayMs: 100, fault: 0.005, lostRings: 0.2 },
};

/** Draws what a history is like. */
export function drawClimate(random: Random): Climate {
  const sky = random.weighted<Sky>({ fair: 2, quiet: 1, crashing: 3, pausing: 3, failing: 2, stormy: 3 });
  const isFair = sky === 'fair';
  const resendLimit = random.pick([0, 0, 2]);
  return {
    weather: { ...skies[sky], drain: isFair ? 0 : random.pick([0, 0, 0.0005, 0.002]) },
    moods: isFair ? { ...calmMoods } : { ...roughMoods },
    isFair,
    nodes: Number(random.weighted({ 1: 4, 2: 4, 3: 2 })),
    kills: sky === 'crashing' || sky === 'stormy' ? random.whole(0, 2) : 0,
    outages: sky === 'failing' || sky === 'stormy' ? random.whole(0, 2) : 0,
    environments: random.chance(0.2) ? ['LIVE', 'TEST'] : ['LIVE'],
    pace: {
      intervalMs: random.pick([1000, 3000, 7000]),
      deadlineMs: random.whole(15, 90) * 1000,
      resendLimit,
    },
    requestsPerMinute: isFair ? 600 : random.pick([60, 300, 600]),
    priceCredits: random.pick([0, 67, 67]),
    signupCredits: random.pick([0, 100, 1000]),
    jobsInFlight: random.pick([2, 50, 50]),
    isSticky: random.chance(0.1),
    // Sending again is the operator's word that the documentation holds; without it nothing rests on that.
    isHonest: resendLimit > 0 || random.chance(0.5),
  };
}

/** Ends all troubles, of the nodes, the database, the wire and the provider. */
export function calmDown({ weather, moods }: Climate): void {
  Object.assign(weather, { crash: 0, pause: 0, delay: 0, fault: 0, drain: 0, lostRings: 0 });
  Object.assign(moods, calmMoods);
}
