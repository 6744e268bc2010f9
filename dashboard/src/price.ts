import { useQuery } from 'urql';
import { useAllowed } from './access.ts';
import { quoteQuery } from './api/operations.ts';

/** The price of a video in credits; null while it loads, and where the token or key does not show it. */
export function usePrice(): number | null {
  const isAllowed = useAllowed('JOBS_READ');
  const [{ data }] = useQuery({ query: quoteQuery, pause: !isAllowed, requestPolicy: 'cache-and-network' });
  return isAllowed ? (data?.quote?.credits ?? null) : null;
}

/** The name of a button that spends credits, such as `Create · 67 credits`. */
export function pricedName(name: string, credits: number | null): string {
  return credits === null ? name : `${name} · ${credits.toLocaleString()} credits`;
}
