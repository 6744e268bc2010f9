import type { ResultOf } from 'gql.tada';
import type { operationsQuery } from '../api/admin.ts';
import { relativeText, useNow } from '../time.ts';
import { Tile } from './tile.tsx';

type Operations = ResultOf<typeof operationsQuery>['operations'];
type Provider = NonNullable<Operations['provider']>;

/** How the provider is, what is left on the account there, and what may have been lost. */
export function ProviderTiles({ operations: { provider, losses } }: { readonly operations: Operations }) {
  const now = useNow();
  const { value, says, isBad } = healthOf(provider, now);
  return (
    <div className="tiles">
      <Tile name="Provider" value={value} says={says} isBad={isBad} isMain />
      <Tile
        name="Provider credits"
        value={provider?.credits ?? '–'}
        says={(provider?.credits ?? null) === null ? 'not told' : 'left on our account there'}
        isBad={provider?.credits === 0}
      />
      <Tile
        name="Unconfirmed"
        value={losses.unconfirmed}
        says="may have been paid for in vain"
        isBad={losses.unconfirmed > 0}
      />
      <Tile name="Late videos" value={losses.lateVideos} says="paid for, given away" isBad={losses.lateVideos > 0} />
    </div>
  );
}

function healthOf(provider: Provider | null, now: number) {
  if (provider === null) return { value: 'Unknown', says: 'nothing was asked yet', isBad: false };
  const { keyRefusedSince, silentSince, pausedUntil, answeredAt } = provider;
  const ago = (instant: string) => relativeText(Math.min(now, Date.parse(instant)), now);
  if (keyRefusedSince !== null) return { value: 'Key refused', says: `first ${ago(keyRefusedSince)}`, isBad: true };
  if (silentSince !== null) return { value: 'Silent', says: `first ${ago(silentSince)}`, isBad: true };
  if (pausedUntil !== null && Date.parse(pausedUntil) > now)
    return { value: 'Rate limited', says: `again ${relativeText(Date.parse(pausedUntil), now)}`, isBad: true };
  return { value: 'Well', says: answeredAt === null ? 'not asked yet' : `answered ${ago(answeredAt)}`, isBad: false };
}
