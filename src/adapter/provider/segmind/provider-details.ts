import { creditDecimals, rounded } from '../../../domain/rounded.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { readSeed } from './output.ts';
import { isRecord, type JsonObject, numberOf } from './response.ts';

/** The details of a response that has none. */
export const noDetails: ProviderDetails = {
  seedUsed: null,
  providerCost: null,
  providerMessage: null,
  providerHttpStatus: null,
  unknownWord: null,
  videoBeside: null,
  videos: 0,
};

/** The members that may hold the seed that the provider used. */
const seeds: readonly ((record: JsonObject) => unknown)[] = [
  (record) => record['seed'],
  (record) => metricsOf(record)['seed'],
];

/** The members that may hold what a job cost. */
const costs: readonly ((record: JsonObject) => unknown)[] = [
  (record) => metricsOf(record)['cost'],
  (record) => record['cost'],
];

/** The seed of the record, of its output or of its metrics; null if none is an integer. */
export function seedIn(records: readonly JsonObject[], seedOfOutput: unknown): number | null {
  const values = [...seeds.flatMap((read) => records.map(read)), seedOfOutput];
  return values.map(readSeed).find((seed) => seed !== null) ?? null;
}

/** What a job cost according to the provider, in its own currency; null if it gives no cost. */
export function costIn(records: readonly JsonObject[]): number | null {
  const values = costs.flatMap((read) => records.map(read)).map(numberOf);
  const cost = values.find((each) => each !== null && each >= 0) ?? null;
  return cost === null ? null : rounded(cost, creditDecimals);
}

/** Details to spread into an event; an empty object if all are null, so that most events stay small. */
export function someDetails(details: ProviderDetails): { readonly details?: ProviderDetails } {
  const isAny =
    details.videos > 1 || Object.entries(details).some(([name, value]) => name !== 'videos' && value !== null);
  return isAny ? { details } : {};
}

function metricsOf(record: JsonObject): JsonObject {
  const metrics = record['metrics'];
  return isRecord(metrics) ? metrics : {};
}
