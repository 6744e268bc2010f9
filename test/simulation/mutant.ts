import type { Patch } from './bundle.ts';

/** A mistake that somebody might make: a patch of one source file, and a name that says what it does. */
export type Mutant = Patch & { readonly name: string };
