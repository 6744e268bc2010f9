import type { Log } from '../../../ports.ts';

/** Watches what is left on the operator's account. Nothing is known of it at first. */
export type CreditAlarm = {
  /** Must be called with every amount that the provider mentions, in its credits. */
  note(credits: number): void;
  /** The newest amount; null before one was mentioned. */
  credits(): number | null;
  isLow(): boolean;
};

/**
 * Logs a warning when the credits fall below a threshold, and again only after they had risen. `threshold`: null for no alarm.
 *
 *          note(credits < threshold): warn
 *   enough ------------------------------> low
 *      ^                                    |
 *      '------------------------------------'
 *          note(credits >= threshold): info
 */
export function createCreditAlarm(threshold: number | null, log: Log): CreditAlarm {
  let newest: number | null = null;
  let isLow = false;
  return {
    note(credits) {
      newest = credits;
      const wasLow = isLow;
      isLow = threshold !== null && credits < threshold;
      const fields = { credits, lowCredits: threshold };
      if (isLow && !wasLow) {
        log.warn(
          { event: 'low-provider-credits', ...fields },
          'The account at the video provider is running low: top it up, or jobs will be refused.',
        );
      }
      if (!isLow && wasLow) log.info(fields, 'The account at the video provider has enough credits again.');
    },
    credits: () => newest,
    isLow: () => isLow,
  };
}
