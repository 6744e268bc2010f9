import { useRef } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { rotateSecret } from '../api/webhooks.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';
import { SecretNotice } from './secret-notice.tsx';

/** Gives an endpoint a new secret after a dialog, and shows it once. */
export function RotateSecret({ id }: { readonly id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [{ data, error, fetching }, rotate] = useMutation(rotateSecret);
  const result = data?.rotateWebhookSecret;
  const close = () => dialog.current?.close();
  const confirm = async () => {
    if (fetching) return;
    const response = await rotate({ id });
    if (response.data?.rotateWebhookSecret.__typename === 'RotateWebhookSecretSuccess') close();
  };
  return (
    <>
      {result?.__typename === 'RotateWebhookSecretSuccess' ? (
        <SecretNotice key={result.secret} secret={result.secret} />
      ) : (
        <p className="quiet">It was shown when the endpoint was created. If it is lost, make a new one.</p>
      )}
      <div className="actions">
        <button type="button" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
          New secret …
        </button>
      </div>
      <dialog ref={dialog} aria-labelledby="rotate-title">
        <h2 id="rotate-title">Make a new secret?</h2>
        <div>
          <p>For 24 hours both secrets sign, so that your receiver can change over. Then only the new one does.</p>
        </div>
        {result !== undefined && result.__typename !== 'RotateWebhookSecretSuccess' && (
          <FailureNotice failure={result} />
        )}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <div className="actions">
          <button type="button" onClick={close}>
            Keep the secret
          </button>
          <button
            type="button"
            className="main"
            aria-disabled={fetching}
            onClick={() => void confirm().catch(reportError)}
          >
            Make a new one
          </button>
        </div>
      </dialog>
    </>
  );
}
