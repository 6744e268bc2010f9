import { type HttpResponse, headerOf, isRecord, isSuccess, numberOf } from './response.ts';

/** The credits left on the operator's account, bought and free together; null where an answer of the credits page does not say. */
export function readCredits({ status, json }: HttpResponse): number | null {
  if (!isSuccess(status) || !isRecord(json)) return null;
  const deps = [numberOf(json['credits']), numberOf(json['free-credits'])].filter((part) => part !== null);
  return deps.length === 0 ? null : deps.reduce((sum, part) => sum + part, 0);
}

/** The credits left that any answer may mention: in `x-remaining-credits`, else in `metrics.remaining_credits`. */
export function readRemainingCredits({ headers, json }: HttpResponse): number | null {
  const metrics = isRecord(json) ? json['metrics'] : null;
  return (
    numberOf(headerOf(headers, 'x-remaining-credits')) ??
    (isRecord(metrics) ? numberOf(metrics['remaining_credits']) : null)
  );
}
