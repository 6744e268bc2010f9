import { useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type DeliveryRow, redeliver } from '../api/webhooks.ts';
import { jobPath } from '../route.ts';
import { instantText, relativeText, useNow } from '../time.ts';
import { deliveryWords, eventWords } from '../webhook-words.ts';
import { promptText } from '../words.ts';
import { CopyId } from './copy-id.tsx';
import { DeliveryBodies } from './delivery-bodies.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';

type DeliveryItemProps = { readonly delivery: DeliveryRow; readonly onChanged: () => void };

/** One delivery: a line that opens to everything that was tried. */
export function DeliveryItem({ delivery, onChanged }: DeliveryItemProps) {
  const [isOpen, setOpen] = useState(false);
  const { name, status } = deliveryWords[delivery.state];
  const now = useNow(10_000);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span className="badge" data-status={status}>
            {name}
          </span>
          <code>{eventWords[delivery.type].name}</code>
          <span className="quiet tried">{triedText(delivery, now)}</span>
          <time className="quiet" dateTime={delivery.createdAt} title={instantText(delivery.createdAt)}>
            {relativeText(Math.min(now, Date.parse(delivery.createdAt)), now)}
          </time>
        </summary>
        {isOpen && <Details delivery={delivery} onChanged={onChanged} />}
      </details>
    </li>
  );
}

/** Such as `204`, `3 attempts, It answered 500. Next in 5 min`. */
function triedText({ attempts, state, nextAttemptAt }: DeliveryRow, now: number): string {
  const last = attempts.at(-1);
  const next = nextAttemptAt === null ? Number.NaN : Date.parse(nextAttemptAt);
  const when = next > now ? `next attempt ${relativeText(next, now)}` : '';
  if (last === undefined) return state === 'FAILED' ? 'not sent: the endpoint was off' : when;
  const count = attempts.length === 1 ? '' : `${attempts.length} attempts`;
  const outcome = last.httpStatus === null ? 'no answer' : `${last.httpStatus}`;
  return [outcome, count, when].filter((text) => text !== '').join(', ');
}

function Details({ delivery, onChanged }: DeliveryItemProps) {
  const { id, messageId, job, attempts, state } = delivery;
  const [{ data, error, fetching }, send] = useMutation(redeliver);
  const result = data?.redeliverWebhook;
  const again = async () => {
    if (fetching) return;
    await send({ id });
    onChanged();
  };
  return (
    <div className="delivery">
      <dl className="facts">
        <div>
          <dt>webhook-id</dt>
          <dd>
            <CopyId id={messageId} />
          </dd>
        </div>
        {job !== null && job !== undefined && (
          <div>
            <dt>Job</dt>
            <dd>
              <Link href={jobPath(job.id)} dir="auto">
                {promptText(job).slice(0, 120)}
              </Link>
            </dd>
          </div>
        )}
      </dl>
      <DeliveryBodies key={`${attempts.length} ${state}`} id={id} />
      <div className="actions">
        <button
          type="button"
          className="small"
          aria-disabled={fetching}
          onClick={() => void again().catch(reportError)}
        >
          Send this one again
        </button>
        <span className="quiet" role="status">
          {!fetching && result?.__typename === 'RedeliverWebhookSuccess' ? 'It is due again.' : ''}
        </span>
      </div>
      {result !== undefined && result.__typename !== 'RedeliverWebhookSuccess' && <FailureNotice failure={result} />}
      {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
    </div>
  );
}
