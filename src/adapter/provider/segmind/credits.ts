import { type HttpResponse, headerOf, isRecord, isSuccess, numberOf } from './response.ts';

/** The credits left on the operator's account, bought and free together; null if the credits response has neither. */
export function readCredits({ status, json }: HttpResponse): number | null {
  if (!isSuccess(status) || !isRecord(json)) return null;
  const parts = [numberOf(json['credits']), numberOf(json['free-credits'])].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0);
}

/** The credits left, which any response may mention: in `x-remaining-credits`, else in `metrics.remaining_credits`. */
export function readRemainingCredits({ headers, json }: HttpResponse): number | null {
  const metrics = isRecord(json) ? json['metrics'] : null;
  return (
    numberOf(headerOf(headers, 'x-remaining-credits')) ??
    (isRecord(metrics) ? numberOf(metrics['remaining_credits']) : null)
  );
}
