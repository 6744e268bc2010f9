import { describeWrongStates, filled } from './contract/wrong-state.ts';
import { describeStore } from './contract.ts';
import { openInMemory, openOnDisk } from './sqlite-world.ts';

describeStore('a store in an SQLite file', openOnDisk, 'alone');
describeStore('a store in memory', openInMemory, 'alone');
describeWrongStates('SQLite', async () => filled(await openInMemory()));
