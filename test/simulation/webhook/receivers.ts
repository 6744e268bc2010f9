import type { WebhookEndpoint } from '../../../src/domain/webhook.ts';
import type { EndedAttempt } from '../../../src/domain/webhook-schedule.ts';
import type { WebhookSender } from '../../../src/ports/webhook.ts';
import type { Weather } from '../climate.ts';
import type { Hazard } from '../hazard.ts';
import type { Random } from '../random.ts';
import type { Timeline } from '../timeline.ts';

/** How a receiver behaves: `gone` answers 410 during the trouble, `broken` 500 for ever. The trouble troubles the others, too. */
export type Mood = 'good' | 'slow' | 'gone' | 'broken';

/** A receiver: what it has had, and what it has said yes to, by the header webhook-id. */
export type SimulatedReceiver = {
  readonly endpoint: WebhookEndpoint;
  mood: Mood;
  readonly had: Map<string, string>;
  readonly accepted: Set<string>;
};

/** What the port of one node receives. */
export type SenderDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly weather: Weather;
  readonly hazard: Hazard;
  /** By URL. An endpoint that has moved has two. */
  readonly receivers: Map<string, SimulatedReceiver>;
  readonly mistakes: string[];
};

/** How often a receiver fails, compared with the database. */
const faultShare = 5;

const totalMs = 15_000;

type Outcome = Omit<EndedAttempt, 'at' | 'durationMs'>;

const silent: Outcome = { httpStatus: null, error: 'It did not answer.', response: null, retryAfterMs: null };

/** The Internet between a node and the receivers: a request is lost, or its response is, or the receiver fails. */
export function createSender(deps: SenderDeps): Pick<WebhookSender, 'send'> {
  const { timeline, random, weather, hazard, receivers, mistakes } = deps;
  const isTroubled = () => random.chance(weather.fault * faultShare);

  async function ask(receiver: SimulatedReceiver, id: string, body: string): Promise<Outcome> {
    if (isTroubled()) {
      await timeline.wait(totalMs);
      return silent;
    }
    await timeline.wait(receiver.mood === 'slow' ? random.whole(5000, totalMs) : random.whole(10, 2000));
    const known = receiver.had.get(id);
    if (known !== undefined && known !== body) mistakes.push(`${id} came with two bodies`);
    receiver.had.set(id, body);
    const status = statusOf(receiver, weather, random);
    if (status === 200) receiver.accepted.add(id);
    await hazard.pass('while a receiver answers');
    if (isTroubled()) return silent;
    const retryAfterMs = status === 429 && random.chance(0.5) ? random.whole(1000, 60_000) : null;
    return {
      httpStatus: status,
      error: status === 200 ? null : `It answered ${status}.`,
      response: null,
      retryAfterMs,
    };
  }

  return {
    async send({ url, headers, body }) {
      const receiver = receivers.get(url);
      if (receiver === undefined) throw new Error(`Nobody is at ${url}`);
      await hazard.pass('before a receiver');
      const at = timeline.now();
      const outcome = await ask(receiver, headers['webhook-id'] ?? '', body);
      return { ...outcome, at, durationMs: timeline.now() - at };
    },
  };
}

function statusOf({ mood }: SimulatedReceiver, weather: Weather, random: Random): number {
  if (mood === 'broken') return 500;
  if (mood === 'gone' && weather.fault > 0) return 410;
  return random.chance(weather.fault * faultShare) ? random.pick([429, 500, 503]) : 200;
}
