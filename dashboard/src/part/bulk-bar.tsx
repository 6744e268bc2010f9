import { useRef, useState } from 'react';
import { useClient } from 'urql';
import type { JobRow } from '../api/operations.ts';
import { type BulkAction, type BulkOutcome, canDo, doAll } from '../bulk.ts';
import { Icon, type IconName } from './icon.tsx';

type BulkBarProps = { readonly jobs: readonly JobRow[]; readonly canWrite: boolean; readonly onClear: () => void };

const actions: readonly {
  readonly action: BulkAction;
  readonly name: string;
  readonly done: string;
  readonly icon: IconName;
}[] = [
  { action: 'retry', name: 'Try again', done: 'tried again', icon: 'again' },
  { action: 'cancel', name: 'Cancel', done: 'canceled', icon: 'cross' },
  { action: 'download', name: 'Download', done: 'downloaded', icon: 'down' },
  { action: 'delete', name: 'Delete …', done: 'deleted', icon: 'trash' },
];

/** What can be done with the selected jobs; each button counts those that it is for. */
export function BulkBar({ jobs, canWrite, onClear }: BulkBarProps) {
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [running, setRunning] = useState<BulkAction | null>(null);
  const [outcome, setOutcome] = useState('');
  const start = async (action: BulkAction) => {
    dialog.current?.close();
    setRunning(action);
    setOutcome('');
    const chosen = jobs.filter((job) => canDo(action, job));
    setOutcome(textOf(action, await doAll(client, action, chosen)));
    setRunning(null);
  };
  const press = (action: BulkAction) => {
    if (running !== null) return;
    if (action === 'delete') dialog.current?.showModal();
    else start(action).catch(reportError);
  };
  const deletable = jobs.filter((job) => canDo('delete', job)).length;
  return (
    <section className="bulk-bar" aria-label="Selected jobs">
      <strong>{jobs.length.toLocaleString()} selected</strong>
      {actions
        .filter(({ action }) => canWrite || action === 'download')
        .map(({ action, name, icon }) => {
          const count = jobs.filter((job) => canDo(action, job)).length;
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
      <button type="button" className="plain small" onClick={onClear}>
        Clear
      </button>
      <span role="status" className="quiet">
        {running === null ? outcome : 'Working …'}
      </span>
      <dialog ref={dialog} aria-labelledby="bulk-delete-title">
        <h2 id="bulk-delete-title">Delete {deletable.toLocaleString()} jobs?</h2>
        <div>
          <p>
            <strong>Gone for good:</strong> their prompts, references and videos, on every page that embeds them.
          </p>
          <p>
            <strong>Kept:</strong> their prices, times, histories and entries in your credits.
          </p>
        </div>
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep them
          </button>
          <button type="button" className="danger main" onClick={() => void start('delete').catch(reportError)}>
            Delete for good
          </button>
        </div>
      </dialog>
    </section>
  );
}

function textOf(action: BulkAction, { done, refusals }: BulkOutcome): string {
  const word = actions.find((each) => each.action === action)?.done ?? '';
  const parts = [`${done} ${word}`, ...[...refusals].map(([reason, count]) => `${count} refused: ${reason}`)];
  return `${parts.join('. ')}.`.replace('..', '.');
}
