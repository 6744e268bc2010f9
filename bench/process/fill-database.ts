// Makes a database of many jobs. Its arguments: the file, how many.
import { fillDatabase } from './fill.ts';
import { answerWith } from './verbs.ts';

/** What it does when it is asked to. */
export type FillVerbs = { fill(count: number): void };

const [file = ''] = process.argv.slice(2);

const verbs: FillVerbs = { fill: (count) => fillDatabase(file, count, Math.min(50, count)) };

answerWith(verbs);
