import type { AspectRatio, JobInput } from '../../../domain/job.ts';

/** How the seed is sent: the provider's documentation calls it an integer but shows a string. */
export type SeedType = 'string' | 'number';

/** The workflow's parameters, under its own names. */
export type Parameters = {
  readonly text_prompt: string;
  readonly aspect_ratio: string;
  readonly seed: string | number;
};

const ratios: Record<AspectRatio, string> = {
  LANDSCAPE_16_9: '16:9',
  PORTRAIT_9_16: '9:16',
  SQUARE_1_1: '1:1',
  LANDSCAPE_4_3: '4:3',
  PORTRAIT_3_4: '3:4',
};

/** A job's input in the provider's terms; the prompt is sent unchanged. */
export function parametersOf(input: JobInput, seedType: SeedType): Parameters {
  const { prompt, aspectRatio, seed } = input;
  return { text_prompt: prompt, aspect_ratio: ratios[aspectRatio], seed: seedType === 'string' ? String(seed) : seed };
}
