import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { testEndpoint } from '../api/webhooks.ts';
import { outcomeText } from '../webhook-words.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

type SendTestProps = { readonly id: string; readonly onSent: () => void };

/** Sends a test to an endpoint and shows what came of it. */
export function SendTest({ id, onSent }: SendTestProps) {
  const [{ data, error, fetching }, test] = useMutation(testEndpoint);
  const result = data?.testWebhookEndpoint;
  const send = async () => {
    if (fetching) return;
    await test({ id });
    onSent();
  };
  return (
    <>
      <div className="actions">
        <button type="button" aria-disabled={fetching} onClick={() => void send().catch(reportError)}>
          {fetching ? 'Sending …' : 'Send a test'}
        </button>
      </div>
      {!fetching && result?.__typename === 'TestWebhookEndpointSuccess' && <Outcome delivery={result.delivery} />}
      {result !== undefined && result.__typename !== 'TestWebhookEndpointSuccess' && <FailureNotice failure={result} />}
      {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
    </>
  );
}

type Sent = {
  readonly state: string;
  readonly attempts: readonly {
    readonly durationMs: number;
    readonly httpStatus: number | null;
    readonly error: string | null;
  }[];
};

function Outcome({ delivery: { state, attempts } }: { readonly delivery: Sent }) {
  const last = attempts.at(-1);
  if (last === undefined) return <Notice tone="wait" title="The test is still on its way. The log shows it." />;
  return state === 'DELIVERED' ? (
    <Notice tone="good" title="The test arrived.">
      <p>{outcomeText(last)}</p>
    </Notice>
  ) : (
    <Notice tone="bad" title="The test failed.">
      <p className="long">{outcomeText(last)}</p>
    </Notice>
  );
}
