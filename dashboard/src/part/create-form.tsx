import { type FormEvent, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type Failure, generateVideo } from '../api/mutations.ts';
import type { Viewer } from '../api/operations.ts';
import { jobPath, navigate } from '../route.ts';
import { type AspectRatio, aspectRatios } from '../words.ts';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { Scenarios } from './scenarios.tsx';
import { Shape } from './shape.tsx';

type Wish = {
  readonly prompt: string;
  readonly aspectRatio: AspectRatio;
  readonly seed: string;
  readonly externalId: string;
};

const blank: Wish = { prompt: '', aspectRatio: 'LANDSCAPE_16_9', seed: '1323456', externalId: '' };
const examplePrompt = '2 people in a business meeting';
const mostSeed = 2_147_483_647;

/** A wish in the gateway's terms; a seed that is no number goes as what no seed can be, and is refused with a sentence. */
function inputOf({ prompt, aspectRatio, seed, externalId }: Wish, idempotencyKey: string) {
  const number = seed.trim() === '' ? null : Number(seed);
  return {
    prompt: prompt === '' ? null : prompt,
    aspectRatio,
    seed: number === null || Number.isSafeInteger(number) ? number : -2,
    externalId: externalId === '' ? null : externalId,
    idempotencyKey,
  };
}

/** What is asked for, and what the gateway says to it. One wish has one key: asking again after a lost answer makes no second video. */
function useWish() {
  const [wish, setWish] = useState(blank);
  const [{ fetching, error, data }, ask] = useMutation(generateVideo);
  const [isDismissed, setDismissed] = useState(false);
  const key = useRef(crypto.randomUUID());
  const result = data?.generateVideo;
  const failure = isDismissed || result?.__typename === 'GenerateVideoSuccess' ? undefined : result;

  const change = (part: Partial<Wish>) => {
    key.current = crypto.randomUUID();
    setDismissed(true);
    setWish((before) => ({ ...before, ...part }));
  };
  const submit = async () => {
    const { data: answer } = await ask({ input: inputOf(wish, key.current) });
    setDismissed(false);
    const made = answer?.generateVideo;
    if (made?.__typename === 'GenerateVideoSuccess') navigate(jobPath(made.job.id));
    // An answer of whatever kind ends the wish; only a lost one is asked for again under the same key.
    else if (made !== undefined) key.current = crypto.randomUUID();
    if (made?.__typename === 'InvalidInputError') focusField(made.issues[0]?.path[0]);
  };
  return { wish, change, submit, fetching, failure, trouble: isDismissed ? undefined : error };
}

function focusField(name: string | undefined): void {
  requestAnimationFrame(() => document.getElementById(name ?? '')?.focus());
}

function issueOf(failure: Failure | undefined, name: string): string | undefined {
  if (failure?.__typename !== 'InvalidInputError') return undefined;
  return failure.issues.find(({ path }) => path[0] === name)?.message;
}

/** Asks for a video. */
export function CreateForm({
  viewer,
  priceCredits,
}: {
  readonly viewer: Viewer;
  readonly priceCredits: number | null;
}) {
  const { wish, change, submit, fetching, failure, trouble } = useWish();
  const issue = (name: string) => issueOf(failure, name);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!fetching) submit().catch(reportError);
  };
  return (
    <form className="create-form" onSubmit={send} noValidate>
      <Field id="prompt" label="Prompt" hint={`${[...wish.prompt].length} of 2000`} issue={issue('prompt')}>
        <textarea
          id="prompt"
          rows={4}
          value={wish.prompt}
          placeholder={examplePrompt}
          onChange={({ target }) => change({ prompt: target.value })}
          {...describedBy('prompt', issue('prompt'))}
        />
      </Field>
      {viewer.environment === 'TEST' && <Scenarios onChoose={(prompt) => change({ prompt })} />}
      <Shapes chosen={wish.aspectRatio} onChoose={(aspectRatio) => change({ aspectRatio })} />
      <div className="pair">
        <Field id="seed" label="Seed" issue={issue('seed')}>
          <div className="with-button">
            <input
              id="seed"
              inputMode="numeric"
              value={wish.seed}
              onChange={({ target }) => change({ seed: target.value })}
              {...describedBy('seed', issue('seed'))}
            />
            <button
              type="button"
              aria-label="Roll the die: a random seed"
              onClick={() => change({ seed: String(Math.floor(Math.random() * mostSeed)) })}
            >
              <Icon name="die" />
            </button>
          </div>
        </Field>
        <Field id="externalId" label="Reference" hint="optional" issue={issue('externalId')}>
          <input
            id="externalId"
            value={wish.externalId}
            onChange={({ target }) => change({ externalId: target.value })}
            {...describedBy('externalId', issue('externalId'))}
          />
        </Field>
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {trouble !== undefined && (
        <Notice tone="bad" title={sentenceOf(trouble)}>
          <p>Asking again makes no second video.</p>
        </Notice>
      )}
      <div className="submit">
        <button type="submit" className="main" aria-disabled={fetching}>
          {fetching ? 'Asking the provider …' : 'Create video'}
        </button>
        <p>
          <strong>{priceCredits ?? '–'}</strong> credits
          <span className="quiet"> of {viewer.account.available.toLocaleString()} available</span>
        </p>
      </div>
    </form>
  );
}

type ShapesProps = { readonly chosen: AspectRatio; readonly onChoose: (ratio: AspectRatio) => void };

function Shapes({ chosen, onChoose }: ShapesProps) {
  return (
    <fieldset className="shapes">
      <legend>Shape</legend>
      <div>
        {aspectRatios.map(({ value, name }) => (
          <label key={value}>
            <input
              type="radio"
              name="aspectRatio"
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            <Shape ratio={value} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
