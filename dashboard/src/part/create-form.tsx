import { type FormEvent, useContext, useState } from 'react';
import { useMutation } from 'urql';
import { useAccount, useViewer } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { generateVideo } from '../api/mutations.ts';
import { type Draft, DraftContext, type DraftInput } from '../draft.ts';
import { issueFor } from '../issue.ts';
import { jobPath, navigate } from '../route.ts';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { Scenarios } from './scenarios.tsx';
import { ShapeChoice } from './shape-choice.tsx';

const examplePrompt = '2 people in a business meeting';
const mostSeed = 2_147_483_647;

/** The draft as the mutation takes it. A seed that is no number becomes -2, which the gateway refuses with a sentence. */
function inputOf({ prompt, aspectRatio, seed, externalId, idempotencyKey }: Draft) {
  const number = seed.trim() === '' ? null : Number(seed);
  return {
    prompt: prompt === '' ? null : prompt,
    aspectRatio,
    seed: number === null || Number.isSafeInteger(number) ? number : -2,
    externalId: externalId === '' ? null : externalId,
    idempotencyKey,
  };
}

/** The draft, how to change and send it, and the gateway's response. */
function useDraft() {
  const store = useContext(DraftContext);
  const [draft, setDraft] = useState(store.read);
  const [{ fetching, error, data }, send] = useMutation(generateVideo);
  const [isDismissed, setDismissed] = useState(false);
  const result = data?.generateVideo;
  const failure = isDismissed || result?.__typename === 'GenerateVideoSuccess' ? undefined : result;

  const change = (part: Partial<DraftInput>) => {
    store.change(part);
    setDismissed(true);
    setDraft(store.read());
  };
  const submit = async () => {
    const { data: response } = await send({ input: inputOf(store.read()) });
    setDismissed(false);
    const created = response?.generateVideo;
    // Any response completes the request. Only a lost one is asked for again, under the same key.
    if (created !== undefined) store.complete();
    if (created?.__typename === 'GenerateVideoSuccess') navigate(jobPath(created.job.id));
    if (created?.__typename === 'InvalidInputError') focusField(created.issues[0]?.path[0]);
  };
  return { draft, change, submit, fetching, failure, error: isDismissed ? undefined : error };
}

function focusField(name: string | undefined): void {
  requestAnimationFrame(() => document.getElementById(name ?? '')?.focus());
}

/** Creates a video. */
export function CreateForm({ priceCredits }: { readonly priceCredits: number | null }) {
  const { environment } = useViewer();
  const { draft, change, submit, fetching, failure, error } = useDraft();
  const promptIssue = issueFor(failure, 'prompt', 'The prompt');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!fetching) submit().catch(reportError);
  };
  return (
    <form className="create-form" onSubmit={send} noValidate>
      <Field id="prompt" label="Prompt" hint={`${[...draft.prompt].length} of 2000`} issue={promptIssue}>
        <textarea
          id="prompt"
          rows={4}
          dir="auto"
          value={draft.prompt}
          placeholder={examplePrompt}
          onChange={({ target }) => change({ prompt: target.value })}
          {...describedBy('prompt', promptIssue)}
        />
      </Field>
      {environment === 'TEST' && <Scenarios onChoose={(prompt) => change({ prompt })} />}
      <ShapeChoice chosen={draft.aspectRatio} onChoose={(aspectRatio) => change({ aspectRatio })} />
      <div className="pair">
        <SeedField
          seed={draft.seed}
          issue={issueFor(failure, 'seed', 'The seed')}
          onChange={(seed) => change({ seed })}
        />
        <ReferenceField
          reference={draft.externalId}
          issue={issueFor(failure, 'externalId', 'The reference')}
          onChange={(externalId) => change({ externalId })}
        />
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {error !== undefined && (
        <Notice tone="bad" title={sentenceOf(error)}>
          {error.networkError !== undefined && <p>You can safely try again: it won’t create a second video.</p>}
        </Notice>
      )}
      <div className="submit">
        <button type="submit" className="main" aria-disabled={fetching}>
          {fetching ? 'Sending to the provider …' : 'Create video'}
        </button>
        <Price priceCredits={priceCredits} />
      </div>
    </form>
  );
}

type SeedFieldProps = {
  readonly seed: string;
  readonly issue: string | undefined;
  readonly onChange: (seed: string) => void;
};

function SeedField({ seed, issue, onChange }: SeedFieldProps) {
  return (
    <Field id="seed" label="Seed" issue={issue}>
      <div className="with-button">
        <input
          id="seed"
          inputMode="numeric"
          value={seed}
          onChange={({ target }) => onChange(target.value)}
          {...describedBy('seed', issue)}
        />
        <button
          type="button"
          title="Random seed"
          aria-label="Random seed"
          onClick={() => onChange(String(Math.floor(Math.random() * mostSeed)))}
        >
          <Icon name="die" />
        </button>
      </div>
    </Field>
  );
}

type ReferenceFieldProps = {
  readonly reference: string;
  readonly issue: string | undefined;
  readonly onChange: (reference: string) => void;
};

function ReferenceField({ reference, issue, onChange }: ReferenceFieldProps) {
  return (
    <Field id="externalId" label="Reference" hint="optional" issue={issue}>
      <input
        id="externalId"
        value={reference}
        onChange={({ target }) => onChange(target.value)}
        {...describedBy('externalId', issue)}
      />
    </Field>
  );
}

/** The price, and the viewer's credits, as far as their token or key shows them. */
function Price({ priceCredits }: { readonly priceCredits: number | null }) {
  const account = useAccount();
  const isShort = account !== null && priceCredits !== null && account.available < priceCredits;
  return (
    <p data-short={isShort}>
      <strong>{priceCredits ?? '–'}</strong> credits
      {account !== null && <span className="quiet"> of {account.available.toLocaleString()} available</span>}
    </p>
  );
}
