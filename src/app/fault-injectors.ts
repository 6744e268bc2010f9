import type { Failpoint, FailpointName } from '../config/failpoint.ts';
import { closesCharge } from '../domain/change.ts';
import type { BlobStore, TemporaryFiles } from '../ports/video.ts';
import type { WebhookSender } from '../ports/webhook.ts';
import type { Bell, Provider, Store } from '../ports.ts';

/** Wraps ports so that a failpoint can kill the process at one of their steps. */
export interface FaultInjectors {
  store(store: Store): Store;
  provider(provider: Provider): Provider;
  bell(bell: Bell): Bell;
  blobs(blobs: BlobStore): BlobStore;
  files(files: TemporaryFiles): TemporaryFiles;
  sender(sender: WebhookSender): WebhookSender;
}

/** Fault injectors that call `die` at the failpoint; without a failpoint they return the ports unchanged. */
export function createFaultInjectors(failpoint: Failpoint | null, die: () => void): FaultInjectors {
  if (failpoint === null) return unchanged;
  let passages = 0;
  const pass = (name: FailpointName) => {
    if (name !== failpoint.name) return;
    passages += 1;
    if (passages === failpoint.passage) die();
  };
  return {
    store: (store) => faultyStore(store, pass),
    provider: (provider) => faultyProvider(provider, pass),
    bell: (bell) => ({
      ...bell,
      ring(topics) {
        pass('before-ring');
        bell.ring(topics);
        pass('after-ring');
      },
    }),
    blobs: (blobs) => ({
      ...blobs,
      async put(name, file, facts) {
        pass('before-copy-put');
        await blobs.put(name, file, facts);
        pass('after-copy-put');
      },
    }),
    files: (files) => ({
      ...files,
      async receive(body) {
        pass('before-copy-receive');
        const received = await files.receive(body);
        pass('after-copy-receive');
        return received;
      },
    }),
    sender: (sender) => ({
      ...sender,
      async send(request) {
        pass('before-webhook-send');
        const ended = await sender.send(request);
        pass('after-webhook-send');
        return ended;
      },
    }),
  };
}

const unchanged: FaultInjectors = {
  store: (store) => store,
  provider: (provider) => provider,
  bell: (bell) => bell,
  blobs: (blobs) => blobs,
  files: (files) => files,
  sender: (sender) => sender,
};

type Pass = (name: FailpointName) => void;

function faultyStore(store: Store, pass: Pass): Store {
  return {
    ...store,
    async recover(now, spreadMs, decide) {
      const changes = await store.recover(now, spreadMs, decide);
      if (changes.length > 0) pass('after-recover');
      return changes;
    },
    async admit(admission) {
      pass('before-admit');
      const admitted = await store.admit(admission);
      if (admitted.kind === 'admitted' && !admitted.replayed) pass('after-admit');
      return admitted;
    },
    // A claim without submits costs nothing and is not counted.
    async claimDue(order, now, decide) {
      if (order.submits > 0) pass('before-claim');
      const changes = await store.claimDue(order, now, decide);
      if (changes.some(({ to }) => to.state === 'SUBMITTING')) pass('after-claim');
      return changes;
    },
    async commit(change, now) {
      const accepts = change.from.submittedAt === null && change.to.submittedAt !== null;
      const ends = closesCharge(change);
      if (accepts) pass('before-accept-commit');
      if (ends) pass('before-end-commit');
      const written = await store.commit(change, now);
      if (accepts && written) pass('after-accept-commit');
      if (ends && written) pass('after-end-commit');
      return written;
    },
    async claimCopies(limit, now, decide) {
      const jobs = await store.claimCopies(limit, now, decide);
      if (jobs.length > 0) pass('after-copy-claim');
      return jobs;
    },
    async commitCopy(job, copy) {
      if (copy.state === 'STORED') pass('before-copy-commit');
      const written = await store.commitCopy(job, copy);
      if (copy.state === 'STORED' && written) pass('after-copy-commit');
      return written;
    },
    async claimWebhooks(order, now) {
      const pairs = await store.claimWebhooks(order, now);
      if (pairs.length > 0) pass('after-webhook-claim');
      return pairs;
    },
    async settleWebhook(delivery, attempt, decide) {
      pass('before-webhook-settle');
      const settled = await store.settleWebhook(delivery, attempt, decide);
      pass('after-webhook-settle');
      return settled;
    },
  };
}

function faultyProvider(provider: Provider, pass: Pass): Provider {
  return {
    async submit(job, mayBegin) {
      pass('before-submit');
      const result = await provider.submit(job, () => {
        const may = mayBegin();
        if (may) pass('before-first-byte');
        return may;
      });
      pass('after-submit');
      return result;
    },
    async poll(job) {
      pass('before-poll');
      const response = await provider.poll(job);
      pass('after-poll');
      return response;
    },
  };
}
