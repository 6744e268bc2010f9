import type { ResultOf } from 'gql.tada';
import type { operationsQuery } from '../api/admin.ts';
import { relativeText, useNow } from '../time.ts';
import { Tile } from './tile.tsx';

type Operations = NonNullable<ResultOf<typeof operationsQuery>['operations']>;
type Provider = NonNullable<Operations['provider']>;

type Health = { readonly value: string; readonly note: string; readonly tone?: 'good' | 'bad' };

/** Shows the health of the provider, the credits left on the gateway's account there, and what may have been lost. */
export function ProviderTiles({ operations: { provider, losses } }: { readonly operations: Operations }) {
  const now = useNow();
  const credits = provider?.credits ?? null;
  const badIf = (isBad: boolean) => (isBad ? 'bad' : undefined);
  return (
    <div className="tiles">
      <Tile name="Provider" {...healthOf(provider, now)} />
      <Tile
        name="Provider credits"
        value={credits ?? '–'}
        note={creditsNote(provider)}
        tone={badIf(credits === 0 || provider?.creditsLow === true)}
      />
      <Tile
        name="Unconfirmed"
        value={losses.unconfirmed}
        note="may have been paid for without a result"
        tone={badIf(losses.unconfirmed > 0)}
      />
      <Tile
        name="Late videos"
        value={losses.lateVideos}
        note="paid by us, free for the user"
        tone={badIf(losses.lateVideos > 0)}
      />
      <Tile
        name="Without result"
        value={losses.withoutResult}
        note="taken by the provider, no usable video"
        tone={badIf(losses.withoutResult > 0)}
      />
      <Tile
        name="Lost videos"
        value={losses.lostVideos}
        note="gone at the provider before they were copied"
        tone={badIf(losses.lostVideos > 0)}
      />
    </div>
  );
}

function creditsNote(provider: Provider | null): string {
  if (provider?.creditsLow === true) return 'running low: top up our account there';
  return (provider?.credits ?? null) === null ? 'not reported yet' : 'left on our account there';
}

function healthOf(provider: Provider | null, now: number): Health {
  if (provider === null) return { value: 'Unknown', note: 'no requests sent yet' };
  const { keyRefusedSince, silentSince, pausedUntil, answeredAt } = provider;
  const ago = (instant: string) => relativeText(Math.min(now, Date.parse(instant)), now);
  if (keyRefusedSince !== null) return { value: 'Key refused', note: `since ${ago(keyRefusedSince)}`, tone: 'bad' };
  if (silentSince !== null) return { value: 'Not responding', note: `since ${ago(silentSince)}`, tone: 'bad' };
  if (pausedUntil !== null && Date.parse(pausedUntil) > now)
    return { value: 'Rate limited', note: `resumes ${relativeText(Date.parse(pausedUntil), now)}`, tone: 'bad' };
  const note = answeredAt === null ? 'no response yet' : `last response ${ago(answeredAt)}`;
  return { value: 'Healthy', note, tone: 'good' };
}
