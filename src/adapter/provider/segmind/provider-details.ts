import type { ProviderDetails } from '../../../ports.ts';
import { readSeed } from './output.ts';
import { isRecord, type JsonObject, numberOf } from './response.ts';

/** What an answer may say beside its event; all of it null where it says nothing. */
export const noDetails: ProviderDetails = {
  seedUsed: null,
  providerCost: null,
  providerMessage: null,
  providerHttpStatus: null,
  unknownWord: null,
  videoBeside: null,
  videos: 0,
};

/** Where the seed stands that the provider says it used; a dot leads into a member. */
const seeds: readonly ((record: JsonObject) => unknown)[] = [
  (record) => record['seed'],
  (record) => metricsOf(record)['seed'],
];

/** Where it says what a job cost. */
const costs: readonly ((record: JsonObject) => unknown)[] = [
  (record) => metricsOf(record)['cost'],
  (record) => record['cost'],
];

/** The seed of the record, of its output or of its metrics; null where none says a whole number. */
export function seedIn(records: readonly JsonObject[], seedOfOutput: unknown): number | null {
  const values = [...seeds.flatMap((read) => records.map(read)), seedOfOutput];
  return values.map(readSeed).find((seed) => seed !== null) ?? null;
}

/** What the provider says that a job cost, in its own money; null where it does not. */
export function costIn(records: readonly JsonObject[]): number | null {
  const values = costs.flatMap((read) => records.map(read)).map(numberOf);
  return values.find((cost) => cost !== null && cost >= 0) ?? null;
}

/** Details to go with an event; undefined where there are none, so that most events carry nothing. */
export function someDetails(details: ProviderDetails): { readonly details?: ProviderDetails } {
  const says =
    details.videos > 1 || Object.entries(details).some(([name, value]) => name !== 'videos' && value !== null);
  return says ? { details } : {};
}

function metricsOf(record: JsonObject): JsonObject {
  const metrics = record['metrics'];
  return isRecord(metrics) ? metrics : {};
}
