import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { useAllowed } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { createEndpoint } from '../api/webhooks.ts';
import { addressOf, webhookPath } from '../route.ts';
import { usualEvents } from '../webhook-words.ts';
import { type EndpointDraft, EndpointFields } from './endpoint-fields.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';
import { SecretNotice } from './secret-notice.tsx';

const empty: EndpointDraft = { url: '', description: '', eventTypes: usualEvents };

/** Creates an endpoint and shows its secret, once. */
export function EndpointForm({ onCreated }: { readonly onCreated: () => void }) {
  const isAdmin = useAllowed('ADMIN');
  const [draft, setDraft] = useState(empty);
  const [allUsers, setAllUsers] = useState(false);
  const [{ data, error, fetching }, create] = useMutation(createEndpoint);
  const result = data?.createWebhookEndpoint;
  const failure = result?.__typename === 'CreateWebhookEndpointSuccess' ? undefined : result;
  const send = async () => {
    const { description, ...input } = draft;
    const response = await create({
      input: {
        ...input,
        eventTypes: [...input.eventTypes],
        description: description === '' ? null : description,
        allUsers,
      },
    });
    if (response.data?.createWebhookEndpoint.__typename !== 'CreateWebhookEndpointSuccess') return;
    setDraft(empty);
    setAllUsers(false);
    onCreated();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fetching) send().catch(reportError);
  };
  return (
    <section className="card" aria-labelledby="endpoint-form-title">
      <h2 id="endpoint-form-title">New endpoint</h2>
      <form onSubmit={submit} noValidate>
        <EndpointFields
          draft={draft}
          failure={failure}
          onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
        />
        {isAdmin && (
          <div className="checks">
            <label>
              <input type="checkbox" checked={allUsers} onChange={({ target }) => setAllUsers(target.checked)} />
              of the jobs and budgets of all users, not only yours
            </label>
          </div>
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <button type="submit" className="main" aria-disabled={fetching}>
          Create endpoint
        </button>
      </form>
      {result?.__typename === 'CreateWebhookEndpointSuccess' && (
        <>
          <SecretNotice key={result.endpoint.id} secret={result.secret} />
          <Link className="button" href={webhookPath(result.endpoint.id)}>
            Open the new endpoint
          </Link>
        </>
      )}
      <p className="quiet">
        <a href={addressOf('/docs/webhooks')} target="_blank" rel="noopener">
          How to receive webhooks
        </a>
      </p>
    </section>
  );
}
