import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder } from '../../world/gateway.ts';

const program = join(projectRoot(), 'test', 'system', 'node_modules', 's3rver', 'bin', 's3rver.js');

/** An S3 server for tests: a process of its own on loopback, with one bucket. */
export type TestS3 = {
  readonly endpoint: string;
  readonly bucket: string;
  /** Both the key and its secret. */
  readonly key: string;
  /** Kills it, as a power cut would; it keeps its data. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Freezes it: connections stay open, and nothing responds. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
};

/** Starts s3rver on a free port; fulfils when it listens. */
export async function openTestS3(bucket = 'videos'): Promise<TestS3> {
  if (!existsSync(program)) throw new Error('There is no s3rver: npm run test:system installs it.');
  const folder = await makeFolder();
  let child: ChildProcess | null = null;
  let port = 0;

  async function start(): Promise<void> {
    const place = ['--directory', folder.path, '--address', '127.0.0.1', '--port', String(port)];
    const options = [...place, '--silent', '--no-vhost-buckets', '--configure-bucket', bucket];
    // Its continuation tokens use a cipher that OpenSSL 3 has left behind.
    child = spawn(process.execPath, ['--openssl-legacy-provider', program, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of child.stdout ?? []) {
      output += String(chunk);
      const found = /listening on [^:]+:(\d+)/.exec(output)?.[1];
      if (found !== undefined) {
        port = Number(found);
        return;
      }
    }
    throw new Error(`s3rver did not start:\n${output}`);
  }
  async function kill(): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    key: 'S3RVER',
    start,
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async close() {
      await kill();
      await folder.remove();
    },
  };
}
