/** What the provider does with a POST; upstream-facing troubles, each with its weight. */
export type SubmitMood =
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

/** What the provider does with a look. */
export type PollMood =
  | 'answers'
  | 'answersSlowly'
  | 'isStale'
  | 'speaksUnknownWords'
  | 'faults'
  | 'knowsNothing'
  | 'throttles';

/** Which troubles the provider has, by weight. */
export type Moods = { submit: Record<SubmitMood, number>; poll: Record<PollMood, number> };

/** Every trouble that is known of the provider. */
export const roughMoods: Moods = {
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

/** A provider without troubles. */
export const calmMoods: Moods = {
  submit: only<SubmitMood>(roughMoods.submit, 'accepts'),
  poll: only<PollMood>(roughMoods.poll, 'answers'),
};

function only<Name extends string>(weights: Record<Name, number>, mood: Name): Record<Name, number> {
  const calmed = { ...weights };
  // The keys of the record itself, which the type of Object.keys cannot say.
  for (const name of Object.keys(weights) as Name[]) calmed[name] = name === mood ? 1 : 0;
  return calmed;
}
