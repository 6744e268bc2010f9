// A node that only sends webhooks, for the kill test of webhooks: `webhook-node.ts DATABASE FAILPOINT`. It prints a line when nothing is
// left to do. A failpoint kills it, as a power cut would; '' is none.
import { createLocalBell } from '../../../src/adapter/bell/local.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { createWebhookSender } from '../../../src/adapter/webhook/sender.ts';
import { createFaultInjectors } from '../../../src/app/fault-injectors.ts';
import { readFailpoint } from '../../../src/config/failpoint.ts';
import { createWebhookSecrets } from '../../../src/credential/webhook-secret.ts';
import { createDeliverer } from '../../../src/worker/deliverer.ts';

const [database = '', failpoint = ''] = process.argv.slice(2);
const injectors = createFaultInjectors(readFailpoint(failpoint), () => void process.kill(process.pid, 'SIGKILL'));
const clock = createSystemClock();
const store = openSqliteStore({ file: database, newId: clock.newId, exclusive: true });
const sender = createWebhookSender({ allowedHosts: [], loopbackInTest: true, clock, version: '1' });
const quiet = () => undefined;
const deliverer = createDeliverer({
  store: injectors.store(store),
  bell: createLocalBell(),
  clock,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  sender: injectors.sender(sender),
  secrets: createWebhookSecrets({ keys: [], databaseSecret: new Uint8Array(32) }),
});
await deliverer.round();
await deliverer.idle();
process.stdout.write('done\n');
await deliverer.stop();
await store.close();
