// A node that only copies videos, for kill.test of copies: `copy-node.ts DATABASE FOLDER FAILPOINT`. It prints a line when nothing is left
// to do. A failpoint kills it, as a power cut would; '' is none.
import { createLocalBell } from '../../../src/adapter/bell/local.ts';
import { createFileStore } from '../../../src/adapter/blob/file.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { openVideoSource } from '../../../src/adapter/media/source.ts';
import { createTemporaryFiles } from '../../../src/adapter/media/temporary-files.ts';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { createFaultInjectors } from '../../../src/app/fault-injectors.ts';
import { readFailpoint } from '../../../src/config/failpoint.ts';
import { createCopier } from '../../../src/worker/copier.ts';

const [database = '', folder = '', failpoint = ''] = process.argv.slice(2);
const injectors = createFaultInjectors(readFailpoint(failpoint), () => void process.kill(process.pid, 'SIGKILL'));
const clock = createSystemClock();
const store = openSqliteStore({ file: database, newId: clock.newId, exclusive: true });
const blobs = createFileStore({ folder, warn: () => undefined });
await blobs.check();
const source = openVideoSource({ scope: 'loopback', trustedOrigin: null, clock });
const quiet = () => undefined;
const copier = createCopier({
  store: injectors.store(store),
  bell: createLocalBell(),
  clock,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  blobs: injectors.blobs(blobs),
  sources: { LIVE: source, TEST: source },
  files: injectors.files(createTemporaryFiles(blobs.temporaryFolder)),
  inspector: {
    inspect: () => Promise.resolve({ durationSeconds: null, width: null, height: null }),
    poster: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  },
});
await copier.round();
await copier.idle();
process.stdout.write('done\n');
await copier.stop();
await source.close();
await store.close();
