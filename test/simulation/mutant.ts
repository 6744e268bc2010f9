import type { Patch } from './bundle.ts';

/** A plausible mistake: a patch of one source file, and a name that describes its effect. */
export type Mutant = Patch & { readonly name: string };
