import { useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type Endpoint, updateEndpoint } from '../api/webhooks.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

type EndpointSwitchProps = { readonly endpoint: Endpoint; readonly onChanged: () => void };

/** Says that an endpoint is off, and why, with the button that switches it on again. Once it is on, leads to what was missed. */
export function EndpointSwitch({ endpoint: { id, enabled, disabledReason }, onChanged }: EndpointSwitchProps) {
  const [isNew, setNew] = useState(false);
  const [{ data, error, fetching }, update] = useMutation(updateEndpoint);
  const result = data?.updateWebhookEndpoint;
  const switchOn = async () => {
    if (fetching) return;
    const response = await update({ input: { id, enabled: true } });
    if (response.data?.updateWebhookEndpoint.__typename !== 'UpdateWebhookEndpointSuccess') return;
    setNew(true);
    onChanged();
    // The button that had the focus is gone.
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  if (enabled)
    return isNew ? (
      <Notice tone="good" title="The endpoint is on again.">
        <p>What happened meanwhile was kept, but not sent.</p>
        <button type="button" className="small" onClick={() => document.getElementById('again-since')?.focus()}>
          Send what was missed …
        </button>
      </Notice>
    ) : null;
  return (
    <Notice
      tone={disabledReason === null ? 'wait' : 'bad'}
      title={disabledReason === null ? 'This endpoint is off.' : 'The gateway has switched this endpoint off.'}
    >
      {disabledReason !== null && <p className="long">{disabledReason}</p>}
      <p>What happens meanwhile is kept in the log as failed and can be sent later.</p>
      {result !== undefined && result.__typename !== 'UpdateWebhookEndpointSuccess' && (
        <FailureNotice failure={result} />
      )}
      {error !== undefined && <p>{sentenceOf(error)}</p>}
      <button type="button" aria-disabled={fetching} onClick={() => void switchOn().catch(reportError)}>
        Switch it on again
      </button>
    </Notice>
  );
}
