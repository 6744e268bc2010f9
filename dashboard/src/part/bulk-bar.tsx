import { type RefObject, useRef, useState } from 'react';
import { useClient } from 'urql';
import { useViewer } from '../access.ts';
import type { JobRow } from '../api/operations.ts';
import { type BulkAction, type BulkOutcome, canDo, doAll } from '../bulk.ts';
import { pricedName, usePrice } from '../price.ts';
import { Icon, type IconName } from './icon.tsx';
import { Question } from './question.tsx';

type BulkBarProps = { readonly jobs: readonly JobRow[]; readonly canWrite: boolean; readonly onClear: () => void };

const actions: readonly {
  readonly action: BulkAction;
  readonly name: string;
  readonly done: string;
  readonly icon: IconName;
}[] = [
  { action: 'retry', name: 'Try again …', done: 'tried again', icon: 'again' },
  { action: 'cancel', name: 'Cancel', done: 'canceled', icon: 'cross' },
  { action: 'download', name: 'Download', done: 'downloaded', icon: 'down' },
  { action: 'delete', name: 'Delete …', done: 'deleted', icon: 'trash' },
];

/**
 * What can be done with the selected jobs; each button counts those that it is for. The outcome of an action stays until the next one or
 * until it is closed, because the jobs may leave the list by it. So this is mounted as long as the list.
 */
export function BulkBar({ jobs, canWrite, onClear }: BulkBarProps) {
  const client = useClient();
  const questions = { retry: useRef<HTMLDialogElement>(null), delete: useRef<HTMLDialogElement>(null) };
  const [running, setRunning] = useState<BulkAction | null>(null);
  const [outcome, setOutcome] = useState('');
  const chosenFor = (action: BulkAction) => jobs.filter((job) => canDo(action, job));
  const run = async (action: BulkAction) => {
    setRunning(action);
    setOutcome('');
    setOutcome(textOf(action, await doAll(client, action, chosenFor(action)).finally(() => setRunning(null))));
  };
  const start = (action: BulkAction) => {
    if (running === null) run(action).catch(reportError);
  };
  const press = (action: BulkAction) => {
    if (running !== null) return;
    if (action === 'retry' || action === 'delete') questions[action].current?.showModal();
    else start(action);
  };
  const close = () => {
    setOutcome('');
    onClear();
  };
  if (jobs.length === 0 && running === null && outcome === '') return null;
  return (
    <section className="bulk-bar" aria-label="Selected jobs">
      {jobs.length > 0 && <strong>{jobs.length.toLocaleString()} selected</strong>}
      {actions
        .filter(({ action }) => canWrite || action === 'download')
        .map(({ action, name, icon }) => {
          const count = chosenFor(action).length;
          return count === 0 ? null : (
            <button
              key={action}
              type="button"
              className={action === 'delete' ? 'small danger' : 'small'}
              aria-disabled={running !== null}
              onClick={() => press(action)}
            >
              <Icon name={icon} />
              {name} {count.toLocaleString()}
            </button>
          );
        })}
      <span role="status" className="quiet">
        {running === null ? outcome : 'Working …'}
      </span>
      <button type="button" className="plain small" onClick={close}>
        {jobs.length === 0 ? 'Close' : 'Clear'}
      </button>
      <RetryQuestion dialog={questions.retry} count={chosenFor('retry').length} onGo={() => start('retry')} />
      <DeleteQuestion dialog={questions.delete} count={chosenFor('delete').length} onGo={() => start('delete')} />
    </section>
  );
}

type AskProps = {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly count: number;
  readonly onGo: () => void;
};

/** Each new job costs a video: the dialog says how many, and what they cost together. */
function RetryQuestion({ dialog, count, onGo }: AskProps) {
  const { environment } = useViewer();
  const price = usePrice();
  const go = () => {
    dialog.current?.close();
    onGo();
  };
  return (
    <Question
      dialog={dialog}
      title={`Try ${jobsText(count)} again?`}
      stay="Don’t"
      action={
        <button type="button" className="main" data-environment={environment} onClick={go}>
          {pricedName('Try again', price === null ? null : count * price)}
        </button>
      }
    >
      <p>
        Each becomes a new job with the same input
        {price === null ? '' : `, for ${price.toLocaleString()} credits`}. A job that was tried again before gets no
        second one.
      </p>
      <p className="quiet cost" data-environment={environment}>
        {environment === 'LIVE' ? 'Costs real money' : 'Sandbox, free of charge'}
      </p>
    </Question>
  );
}

function DeleteQuestion({ dialog, count, onGo }: AskProps) {
  const go = () => {
    dialog.current?.close();
    onGo();
  };
  return (
    <Question
      dialog={dialog}
      title={`Delete ${jobsText(count)}?`}
      stay="Keep them"
      action={
        <button type="button" className="danger main" onClick={go}>
          Delete for good
        </button>
      }
    >
      <p>
        <strong>Gone for good:</strong> their prompts, references and videos, on every page that embeds them.
      </p>
      <p>
        <strong>Kept:</strong> their prices, times, histories and entries in your credits.
      </p>
    </Question>
  );
}

function jobsText(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'job' : 'jobs'}`;
}

function textOf(action: BulkAction, { done, refusals }: BulkOutcome): string {
  const word = actions.find((each) => each.action === action)?.done ?? '';
  const parts = [`${done} ${word}`, ...[...refusals].map(([reason, count]) => `${count} refused: ${reason}`)];
  return `${parts.join('. ')}.`.replace('..', '.');
}
