import { useRef } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { deleteEndpoint, type Endpoint } from '../api/webhooks.ts';
import { navigate } from '../route.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

/** Deletes an endpoint after a dialog, then opens the list. */
export function DeleteEndpoint({ endpoint: { id, url } }: { readonly endpoint: Endpoint }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [{ data, error, fetching }, send] = useMutation(deleteEndpoint);
  const result = data?.deleteWebhookEndpoint;
  const confirm = async () => {
    if (fetching) return;
    const response = await send({ id });
    if (response.data?.deleteWebhookEndpoint.__typename === 'DeleteWebhookEndpointSuccess') navigate('/webhooks');
  };
  return (
    <>
      <div className="actions">
        <button type="button" className="danger" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
          Delete the endpoint …
        </button>
      </div>
      <dialog ref={dialog} aria-labelledby="delete-endpoint-title">
        <h2 id="delete-endpoint-title">Delete this endpoint?</h2>
        <div>
          <p className="long">
            Nothing more is sent to <code>{url}</code>. Its secret and its log are gone for good.
          </p>
        </div>
        {result !== undefined && result.__typename !== 'DeleteWebhookEndpointSuccess' && (
          <FailureNotice failure={result} />
        )}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep the endpoint
          </button>
          <button
            type="button"
            className="danger main"
            aria-disabled={fetching}
            onClick={() => void confirm().catch(reportError)}
          >
            Delete for good
          </button>
        </div>
      </dialog>
    </>
  );
}
