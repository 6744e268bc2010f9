import { useRef } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { deleteJob } from '../api/mutations.ts';
import type { JobRow } from '../api/operations.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

/** Deletes a job that has ended, after a dialog that says what goes and what stays. */
export function DeleteJob({ job }: { readonly job: JobRow }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [{ data, error, fetching }, send] = useMutation(deleteJob);
  const result = data?.deleteJob;
  const close = () => dialog.current?.close();
  const confirm = async () => {
    const response = await send({ id: job.id });
    if (response.data?.deleteJob.__typename !== 'DeleteJobSuccess') return;
    close();
    // The button that had the focus is gone with the job's content.
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  const start = () => {
    if (!fetching) confirm().catch(reportError);
  };
  return (
    <>
      <button type="button" className="danger" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
        Delete …
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title" aria-describedby="delete-text">
        <h2 id="delete-title">Delete this job?</h2>
        <div id="delete-text">
          <p>
            <strong>Gone for good:</strong> its prompt and reference{videoWords(job)}. Nobody can bring them back.
          </p>
          <p>
            <strong>Kept:</strong> its price, times, history and entries in your credits. Nothing is refunded.
          </p>
        </div>
        {result !== undefined && result.__typename !== 'DeleteJobSuccess' && <FailureNotice failure={result} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <div className="actions">
          {/* The first button has the focus, so Enter alone deletes nothing. */}
          <button type="button" onClick={close}>
            Keep the job
          </button>
          <button type="button" className="danger main" aria-disabled={fetching} onClick={start}>
            {fetching ? 'Deleting …' : 'Delete for good'}
          </button>
        </div>
      </dialog>
    </>
  );
}

function videoWords({ video, lateVideo }: JobRow): string {
  const held = video ?? lateVideo;
  return held === null || held.storage === 'GONE' ? '' : ', its video and its poster, on every page that embeds them';
}
