/** What the provider does with a POST. */
export type SubmitBehavior =
  | 'accepts'
  | 'acceptsSlowly'
  | 'isDoneAtOnce'
  | 'acceptsBehind500'
  | 'cannotBeReached'
  | 'losesTheRequest'
  | 'losesTheAnswer'
  | 'answersGarbage'
  | 'answers502'
  | 'answers500'
  | 'throttles'
  | 'refuses';

/** What the provider does with a poll. */
export type PollBehavior =
  | 'answers'
  | 'answersSlowly'
  | 'isStale'
  | 'speaksUnknownWords'
  | 'faults'
  | 'knowsNothing'
  | 'throttles';

/** How often the provider shows each behavior, by weight. */
export type Behaviors = { submit: Record<SubmitBehavior, number>; poll: Record<PollBehavior, number> };

/** Weights with every known fault of the provider. */
export const roughBehaviors: Behaviors = {
  submit: {
    accepts: 50,
    acceptsSlowly: 10,
    isDoneAtOnce: 3,
    acceptsBehind500: 1,
    cannotBeReached: 6,
    losesTheRequest: 4,
    losesTheAnswer: 5,
    answersGarbage: 3,
    answers502: 4,
    answers500: 4,
    throttles: 6,
    refuses: 5,
  },
  poll: { answers: 60, answersSlowly: 6, isStale: 6, speaksUnknownWords: 4, faults: 14, knowsNothing: 8, throttles: 3 },
};

/** Weights without any fault. */
export const calmBehaviors: Behaviors = {
  submit: only<SubmitBehavior>(roughBehaviors.submit, 'accepts'),
  poll: only<PollBehavior>(roughBehaviors.poll, 'answers'),
};

function only<Name extends string>(weights: Record<Name, number>, behavior: Name): Record<Name, number> {
  const calmed = { ...weights };
  // `Object.keys` widens the keys to string.
  for (const name of Object.keys(weights) as Name[]) calmed[name] = name === behavior ? 1 : 0;
  return calmed;
}
