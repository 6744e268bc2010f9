import type { DeliveryState } from '../api/webhooks.ts';
import type { EndpointLog } from '../webhook-log.ts';
import { deliveryWords } from '../webhook-words.ts';
import { DeliveryItem } from './delivery-item.tsx';
import { ErrorNotice } from './notice.tsx';

type DeliveryLogProps = {
  readonly log: EndpointLog;
  readonly error: string | null;
  readonly state: DeliveryState | null;
  readonly onState: (state: DeliveryState | null) => void;
  readonly onReload: () => void;
  readonly onMore: () => void;
};

const states = [null, 'DELIVERED', 'PENDING', 'FAILED'] as const satisfies readonly (DeliveryState | null)[];

/** What was sent to an endpoint, newest first, in one state or in all. */
export function DeliveryLog({ log, error, state, onState, onReload, onMore }: DeliveryLogProps) {
  const { deliveries, hasMore } = log;
  return (
    <section className="card" aria-labelledby="log-title">
      <div className="head">
        <h2 id="log-title">Deliveries</h2>
        <fieldset className="choices" aria-label="Filter by state">
          {states.map((each) => (
            <button
              key={each ?? 'all'}
              type="button"
              aria-pressed={each === state}
              onClick={() => {
                if (each !== state) onState(each);
              }}
            >
              {each === null ? 'All' : deliveryWords[each].name}
            </button>
          ))}
        </fieldset>
      </div>
      {error !== null && <ErrorNotice text={error} onRetry={onReload} />}
      {deliveries.length === 0 && (
        <p className="quiet none">
          {state === null
            ? 'Nothing yet. The next event, or a test, will appear here.'
            : `No deliveries are ${deliveryWords[state].name.toLowerCase()}.`}
        </p>
      )}
      {deliveries.length > 0 && (
        <ul className="deliveries">
          {deliveries.map((delivery) => (
            <DeliveryItem key={delivery.id} delivery={delivery} onChanged={onReload} />
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" className="more" onClick={onMore}>
          Show older deliveries
        </button>
      )}
      <p className="quiet">Deliveries are kept for 30 days.</p>
    </section>
  );
}
