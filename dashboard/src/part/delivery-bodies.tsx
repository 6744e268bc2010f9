import { useQuery } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type DeliveryBodies as Bodies, deliveryQuery } from '../api/webhooks.ts';
import { instantText } from '../time.ts';
import { indented, outcomeText } from '../webhook-words.ts';
import { CopyButton } from './copy-button.tsx';
import { ErrorNotice, Skeleton } from './notice.tsx';

/** Every attempt of a delivery with the response to it, and the body that was sent. */
export function DeliveryBodies({ id }: { readonly id: string }) {
  const [{ data, error }, read] = useQuery({ query: deliveryQuery, variables: { id }, requestPolicy: 'network-only' });
  if (error !== undefined)
    return <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />;
  if (data === undefined) return <Skeleton rows={1} />;
  if (data.node?.__typename !== 'WebhookDelivery') return <p className="quiet">This delivery is gone.</p>;
  const { attempts, payload } = data.node;
  return (
    <>
      {attempts.length > 0 && (
        <ol className="attempts">
          {attempts.map((attempt, index) => (
            // Attempts are only ever added.
            <Attempt key={String(index)} attempt={attempt} />
          ))}
        </ol>
      )}
      <div className="code-panel">
        <div className="head">
          <h3>Body</h3>
          <CopyButton className="small" name="Copy" text={payload} />
        </div>
        <Text text={indented(payload)} />
      </div>
    </>
  );
}

function Attempt({ attempt }: { readonly attempt: Bodies['attempts'][number] }) {
  const { at, durationMs, error, response, httpStatus } = attempt;
  return (
    <li>
      <p className="line">
        <span className="badge" data-status={error === null ? 'COMPLETED' : 'FAILED'}>
          {httpStatus ?? 'No answer'}
        </span>
        <span className="long">{error ?? outcomeText(attempt)}</span>
        <time className="quiet" dateTime={at}>
          {instantText(at)}
          {error !== null && `, ${durationMs.toLocaleString()} ms`}
        </time>
      </p>
      {response !== null && <Text text={response} />}
    </li>
  );
}

function Text({ text }: { readonly text: string }) {
  return (
    <pre>
      <code>{text}</code>
    </pre>
  );
}
