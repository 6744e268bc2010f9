import type { FormEvent, KeyboardEvent } from 'react';
import { useAccount, useViewer } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { type DraftInput, randomSeed } from '../draft.ts';
import { shortText } from '../failure.ts';
import { issueFor } from '../issue.ts';
import type { Playground } from '../playground.ts';
import { pricedName } from '../price.ts';
import { Examples } from './examples.tsx';
import { FailureNotice, MoreCredits } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { ShapeChoice } from './shape-choice.tsx';

type CreateFormProps = { readonly playground: Playground; readonly priceCredits: number | null };

/** Creates a video. Ctrl+Enter sends the form from any of its fields. */
export function CreateForm({ playground, priceCredits }: CreateFormProps) {
  const { environment } = useViewer();
  const { draft, change, run, isSending, isBlank, failure, error } = playground;
  const promptIssue = isBlank ? 'Say what the video should show.' : issueFor(failure, 'prompt', 'The prompt');
  const send = (event: FormEvent) => {
    event.preventDefault();
    run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };
  return (
    // The keys of its fields bubble to the form, which is no control itself.
    <form className="create-form" onSubmit={send} onKeyDown={press} noValidate>
      <Field id="prompt" label="Prompt" hint={`${[...draft.prompt].length} of 2000`} issue={promptIssue}>
        <textarea
          id="prompt"
          rows={4}
          dir="auto"
          value={draft.prompt}
          placeholder="What should the video show?"
          onChange={({ target }) => change({ prompt: target.value })}
          {...describedBy('prompt', promptIssue)}
        />
      </Field>
      <Examples withScenarios={environment === 'TEST'} onChoose={(prompt) => change({ prompt })} />
      <ShapeChoice chosen={draft.aspectRatio} onChoose={(aspectRatio) => change({ aspectRatio })} />
      <div className="pair">
        <SeedField seed={draft.seed} issue={issueFor(failure, 'seed', 'The seed')} onChange={change} />
        <ReferenceField
          reference={draft.externalId}
          issue={issueFor(failure, 'externalId', 'The reference')}
          onChange={change}
        />
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {error !== undefined && (
        <Notice tone="bad" title={sentenceOf(error)}>
          {error.networkError !== undefined && <p>You can safely try again: it won’t create a second video.</p>}
        </Notice>
      )}
      <Submit isSending={isSending} priceCredits={priceCredits} isRefused={failure !== undefined} />
    </form>
  );
}

type FieldProps = {
  readonly issue: string | undefined;
  readonly onChange: (part: Partial<DraftInput>) => void;
};

function SeedField({ seed, issue, onChange }: FieldProps & { readonly seed: string }) {
  return (
    <Field id="seed" label="Seed" issue={issue}>
      <div className="with-button">
        <input
          id="seed"
          inputMode="numeric"
          value={seed}
          title="The same prompt with the same seed gives the same video"
          onChange={({ target }) => onChange({ seed: target.value })}
          {...describedBy('seed', issue)}
        />
        <button
          type="button"
          title="Random seed"
          aria-label="Random seed"
          onClick={() => onChange({ seed: randomSeed() })}
        >
          <Icon name="die" />
        </button>
      </div>
    </Field>
  );
}

function ReferenceField({ reference, issue, onChange }: FieldProps & { readonly reference: string }) {
  return (
    <Field id="externalId" label="Reference" hint="optional" issue={issue}>
      <input
        id="externalId"
        value={reference}
        title="Your own name for it, such as an order number"
        onChange={({ target }) => onChange({ externalId: target.value })}
        {...describedBy('externalId', issue)}
      />
    </Field>
  );
}

type SubmitProps = {
  readonly isSending: boolean;
  readonly isRefused: boolean;
  readonly priceCredits: number | null;
};

/** The button with the price on it. LIVE it has another colour, and a shortage shows before anybody presses it. */
function Submit({ isSending, isRefused, priceCredits }: SubmitProps) {
  const { environment } = useViewer();
  const account = useAccount();
  const missing = account === null || priceCredits === null ? 0 : priceCredits - account.available;
  return (
    <>
      {missing > 0 && !isRefused && account !== null && (
        <Notice tone="wait" title="Not enough credits">
          <p>{shortText(missing, account.held)}</p>
          <MoreCredits />
        </Notice>
      )}
      <div className="submit">
        <button type="submit" className="main" data-environment={environment} aria-disabled={isSending}>
          {isSending ? 'Sending to the provider …' : pricedName('Create', priceCredits)}
        </button>
        <p className="quiet">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </p>
        <p className="quiet cost" data-environment={environment}>
          {environment === 'LIVE' ? 'Costs real money' : 'Sandbox, free of charge'}
        </p>
      </div>
    </>
  );
}
