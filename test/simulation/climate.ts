import type { Environment } from '../../src/domain/job.ts';
import type { Pace } from '../../src/domain/pace.ts';
import { type Behaviors, calmBehaviors, roughBehaviors } from './behavior.ts';
import type { Random } from './random.ts';

/** The probability of each fault at each call of a port; all 0 once faults have stopped. */
export type Weather = {
  /** The node crashes, before the call or after it. */
  crash: number;
  /** The node pauses, for up to a minute. */
  pause: number;
  /** The call is delayed, by `delayMs` at most. */
  delay: number;
  readonly delayMs: number;
  /** The database refuses a call at its start, or any statement that writes. */
  fault: number;
  /** The process is asked to stop. */
  drain: number;
  /** A ring is lost; as many are doubled, and twice as many are late. */
  lostRings: number;
};

/** The random settings of a history, drawn before it starts. */
export type Climate = {
  readonly weather: Weather;
  readonly behaviors: Behaviors;
  /** Nothing fails anywhere; then everything must also be quick. */
  readonly isFair: boolean;
  readonly nodes: number;
  /** How often a node is killed at a random instant. */
  readonly kills: number;
  /** How often the database refuses writes for a while. */
  readonly outages: number;
  readonly environments: readonly Environment[];
  readonly pace: Pace;
  readonly requestsPerMinute: number;
  readonly priceCredits: number;
  readonly signupCredits: number;
  readonly jobsInFlight: number;
  /** Whether a job may run at the provider for almost an hour, or forever. */
  readonly isSticky: boolean;
  /** Whether the provider follows its documentation, by which a 500 or 503 with JSON means that there is no job. */
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

/** Draws the settings of a history. */
export function drawClimate(random: Random): Climate {
  const sky = random.weighted<Sky>({ fair: 2, quiet: 1, crashing: 3, pausing: 3, failing: 2, stormy: 3 });
  const isFair = sky === 'fair';
  const resendLimit = random.pick([0, 0, 2]);
  return {
    weather: { ...skies[sky], drain: isFair ? 0 : random.pick([0, 0, 0.0005, 0.002]) },
    behaviors: isFair ? { ...calmBehaviors } : { ...roughBehaviors },
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
    // An operator who allows resends trusts the documentation; otherwise nothing depends on it.
    isHonest: resendLimit > 0 || random.chance(0.5),
  };
}

/** Stops all faults of the nodes, the database, the wire and the provider. */
export function calmDown({ weather, behaviors }: Climate): void {
  Object.assign(weather, { crash: 0, pause: 0, delay: 0, fault: 0, drain: 0, lostRings: 0 });
  Object.assign(behaviors, calmBehaviors);
}
