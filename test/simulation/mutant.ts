import type { Patch } from './bundle.ts';
import type { HistoryKind } from './pool.ts';

/** A plausible mistake: a patch of one source file, and a name that describes its effect. */
export type Mutant = Patch & {
  readonly name: string;
  /** The histories that detect it; those of jobs unless it says otherwise. */
  readonly kind?: HistoryKind;
};
