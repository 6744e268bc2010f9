import { describeWrongStates } from './contract/wrong-state.ts';
import { describeStore } from './contract.ts';
import { openInMemory, openOnDisk } from './sqlite-world.ts';

describeStore('a store in an SQLite file', openOnDisk);
describeStore('a store in memory', openInMemory);
describeWrongStates('SQLite', openInMemory);
