import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type Endpoint, updateEndpoint } from '../api/webhooks.ts';
import { type EndpointDraft, EndpointFields } from './endpoint-fields.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

type EndpointSettingsProps = { readonly endpoint: Endpoint; readonly onChanged: () => void };

/** Changes an endpoint's address, description and events, or switches it off. */
export function EndpointSettings({ endpoint, onChanged }: EndpointSettingsProps) {
  const [draft, setDraft] = useState<EndpointDraft>({ ...endpoint, description: endpoint.description ?? '' });
  const [{ data, error, fetching }, update] = useMutation(updateEndpoint);
  const result = data?.updateWebhookEndpoint;
  const isChanged = result?.__typename === 'UpdateWebhookEndpointSuccess';
  const failure = isChanged ? undefined : result;
  const change = async (enabled: boolean | null) => {
    if (fetching) return;
    const { url, description, eventTypes } = draft;
    const fields = { url, description: description === '' ? null : description, eventTypes: [...eventTypes] };
    const { id } = endpoint;
    const response = await update({ input: enabled === null ? { id, ...fields } : { id, enabled } });
    if (response.data?.updateWebhookEndpoint.__typename === 'UpdateWebhookEndpointSuccess') onChanged();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change(null).catch(reportError);
  };
  return (
    <section className="card" aria-labelledby="settings-title">
      <h2 id="settings-title">Settings</h2>
      <form onSubmit={submit} noValidate>
        <EndpointFields
          draft={draft}
          failure={failure}
          onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
        />
        {failure !== undefined && <FailureNotice failure={failure} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <div className="actions">
          <button type="submit" className="main" aria-disabled={fetching}>
            Save
          </button>
          {endpoint.enabled && (
            <button type="button" aria-disabled={fetching} onClick={() => void change(false).catch(reportError)}>
              Switch off
            </button>
          )}
          <span className="quiet" role="status">
            {isChanged && !fetching ? 'Saved' : ''}
          </span>
        </div>
      </form>
    </section>
  );
}
