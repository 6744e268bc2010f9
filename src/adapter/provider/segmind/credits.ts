import { creditDecimals, rounded } from '../../../domain/rounded.ts';
import { type HttpResponse, headerOf, isRecord, isSuccess, numberOf } from './response.ts';

/** The credits left on the operator's account, bought and free together; null if the credits response has neither. */
export function readCredits({ status, json }: HttpResponse): number | null {
  if (!isSuccess(status) || !isRecord(json)) return null;
  const parts = [numberOf(json['credits']), numberOf(json['free-credits'])].filter((part) => part !== null);
  const sum = parts.reduce((left, part) => left + part, 0);
  return parts.length === 0 ? null : rounded(sum, creditDecimals);
}

/** The credits left, which any response may mention: in `x-remaining-credits`, else in `metrics.remaining_credits`. */
export function readRemainingCredits({ headers, json }: HttpResponse): number | null {
  const metrics = isRecord(json) ? json['metrics'] : null;
  return (
    numberOf(headerOf(headers, 'x-remaining-credits')) ??
    (isRecord(metrics) ? numberOf(metrics['remaining_credits']) : null)
  );
}
