import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type Endpoint, redeliverSince } from '../api/webhooks.ts';
import { localMinuteOf } from '../webhook-words.ts';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Notice } from './notice.tsx';

type SendAgainProps = { readonly endpoint: Endpoint; readonly onSent: () => void };

/** How long the gateway keeps deliveries. */
const keptMs = 30 * 24 * 60 * 60_000;

/**
 * Sends everything again that was not delivered since an instant; at first, since the beginning of the log. What was tried in vain when
 * the endpoint went off may be older than the last success.
 */
export function SendAgain({ endpoint, onSent }: SendAgainProps) {
  const [since, setSince] = useState(() => localMinuteOf(logBeginOf(endpoint, Date.now())));
  const [issue, setIssue] = useState<string | undefined>(undefined);
  const [{ data, error, fetching }, redeliver] = useMutation(redeliverSince);
  const result = data?.redeliverWebhooks;
  const send = async () => {
    const at = Date.parse(since);
    setIssue(Number.isNaN(at) ? 'Please choose a day and a time.' : undefined);
    if (Number.isNaN(at) || fetching) return;
    await redeliver({ endpointId: endpoint.id, since: new Date(at).toISOString() });
    onSent();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send().catch(reportError);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Field id="again-since" label="Send again what was missed since" issue={issue}>
        <input
          id="again-since"
          type="datetime-local"
          value={since}
          onChange={({ target }) => setSince(target.value)}
          {...describedBy('again-since', issue)}
        />
      </Field>
      {!endpoint.enabled && <p className="quiet">It is sent once the endpoint is on.</p>}
      <div className="actions">
        <button type="submit" aria-disabled={fetching}>
          Send again
        </button>
        <span className="quiet" role="status">
          {!fetching && result?.__typename === 'RedeliverWebhooksSuccess' ? dueText(result.count) : ''}
        </span>
      </div>
      {result !== undefined && result.__typename !== 'RedeliverWebhooksSuccess' && <FailureNotice failure={result} />}
      {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
    </form>
  );
}

/** The earliest instant of which the log may still have a delivery. */
function logBeginOf({ createdAt }: Endpoint, now: number): string {
  return new Date(Math.max(Date.parse(createdAt), now - keptMs)).toISOString();
}

function dueText(count: number): string {
  if (count === 0) return 'Nothing was missed.';
  return count === 1 ? '1 delivery is due again.' : `${count.toLocaleString()} deliveries are due again.`;
}
