// Creates a database of many jobs. Arguments: the file, the number of jobs.

import { serveCommands } from './commands.ts';
import { fillDatabase } from './fill.ts';

/** This process's commands. */
export type FillCommands = { fill(count: number): void };

const [file = ''] = process.argv.slice(2);

const commands: FillCommands = { fill: (count) => fillDatabase(file, count, Math.min(50, count)) };

serveCommands(commands);
