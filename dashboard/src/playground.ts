import { useState } from 'react';
import { useMutation } from 'urql';
import { generateVideo } from './api/mutations.ts';
import type { JobRow } from './api/operations.ts';
import { type Draft, type DraftInput, randomSeed, useDraft, useDraftStore } from './draft.ts';
import { navigate, useQueryText } from './route.ts';

/** The jobs that the playground shows: one, or two side by side. Their ids are in the address. */
export type Shown = { readonly job: string | null; readonly beside: string | null };

/** The ids of the shown jobs. */
export function useShown(): Shown {
  const parameters = new URLSearchParams(useQueryText());
  return { job: parameters.get('job'), beside: parameters.get('with') };
}

/** The address of the playground with one or two jobs. */
export function playgroundPath({ job, beside }: Shown): string {
  const parameters = new URLSearchParams();
  if (job !== null) parameters.set('job', job);
  if (beside !== null && beside !== job) parameters.set('with', beside);
  const query = parameters.toString();
  return query === '' ? '/' : `/?${query}`;
}

/** The draft as `generateVideo` takes it. A seed that is no number becomes -2, which the gateway refuses with a sentence. */
export function inputOf({ prompt, aspectRatio, seed, externalId }: DraftInput) {
  const number = seed.trim() === '' ? null : Number(seed);
  return {
    prompt,
    aspectRatio,
    seed: number === null || Number.isSafeInteger(number) ? number : -2,
    externalId: externalId === '' ? null : externalId,
  };
}

/** A job's input as the form takes it. */
export function draftOf({ prompt, aspectRatio, seed, externalId }: JobRow): DraftInput {
  return { prompt, aspectRatio, seed: String(seed), externalId: externalId ?? '' };
}

/** The draft, how to change and send it, and the gateway's response. */
export function usePlayground() {
  const store = useDraftStore();
  const draft = useDraft();
  const [{ fetching, error, data }, send] = useMutation(generateVideo);
  const [dismissed, dismiss] = useState<Draft | null>(null);
  const [isBlank, setBlank] = useState(false);
  const isCurrent = dismissed === draft;
  const result = data?.generateVideo;
  const failure = !isCurrent || result?.__typename === 'GenerateVideoSuccess' ? undefined : result;

  const submit = async (beside: string | null) => {
    // A blank prompt would be the gateway's own example, which nobody has asked for and somebody pays for.
    setBlank(store.read().prompt.trim() === '');
    if (store.read().prompt.trim() === '') return focusField('prompt');
    const { idempotencyKey } = store.read();
    const { data: response } = await send({ input: { ...inputOf(store.read()), idempotencyKey } });
    const created = response?.generateVideo;
    // Any response completes the request. Only a lost one is asked for again, under the same key.
    if (created !== undefined) store.complete();
    dismiss(store.read());
    if (created?.__typename === 'GenerateVideoSuccess') navigate(playgroundPath({ job: created.job.id, beside }));
    if (created?.__typename === 'InvalidInputError') focusField(created.issues[0]?.path[0]);
  };
  const run = (part: Partial<DraftInput> | null, beside: string | null = null) => {
    if (fetching) return;
    if (part !== null) store.change(part);
    submit(beside).catch(reportError);
  };
  return {
    draft,
    change: store.change,
    run: () => run(null),
    /** Makes the job's video again with another seed, and shows both side by side. */
    runWithOtherSeed: (job: JobRow) => run({ ...draftOf(job), seed: randomSeed() }, job.id),
    isSending: fetching,
    isBlank: isBlank && draft.prompt.trim() === '',
    failure,
    error: isCurrent ? error : undefined,
  };
}

/** What `usePlayground` returns. */
export type Playground = ReturnType<typeof usePlayground>;

function focusField(name: string | undefined): void {
  requestAnimationFrame(() => document.getElementById(name ?? '')?.focus());
}
