import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { projectRoot } from '../../src/lib/package.ts';

/** A gateway in its own process, used only from outside. */
export type TestGateway = {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it has printed and logged so far. */
  readonly output: () => string;
  /** Sends SIGTERM and fulfils with the exit code. */
  stop(): Promise<number | null>;
  /** Kills it, as a power cut would. */
  kill(): Promise<void>;
};

/** The secret that signs the tests' tokens. */
export const testSecret = 'a secret of the tests, long enough for HS256';

/** A folder for one test's files. */
export async function makeFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'reelgate-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What to run: another copy's bin/reelgate.js, another version of Node, another user. */
export type Program = {
  readonly program?: string;
  readonly node?: string;
  readonly user?: { readonly uid?: number; readonly gid?: number };
};

/** Starts a gateway on a free port; fulfils when it reports that it is ready. `folder` holds its database. */
export async function startGateway(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
  program: Program = {},
): Promise<TestGateway> {
  const child = spawnGateway(folder, variables, 'start', program);
  let output = '';
  const ready = new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /GraphiQL\s+(\S+)\/graphql/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code} before it was ready:\n${output}`)));
  });
  return {
    url: await ready,
    process: child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Runs the command line to its end. */
export async function runGateway(
  folder: string,
  variables: Readonly<Record<string, string>>,
  command: string | readonly string[] = 'start',
): Promise<{ code: number | null; output: string }> {
  const child = spawnGateway(folder, variables, command);
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  await once(child, 'exit');
  return { code: child.exitCode, output };
}

function spawnGateway(
  folder: string,
  variables: Readonly<Record<string, string>>,
  command: string | readonly string[] = 'start',
  { program = join(projectRoot(), 'bin/reelgate.js'), node = process.execPath, user }: Program = {},
): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(node, [program, ...[command].flat()], {
    cwd: folder,
    ...user,
    // Pass only what a program needs to run: a stray setting of this process would change the test.
    env: { PATH, HOME, PORT: '0', DATABASE_URL: `file:${join(folder, 'reelgate.db')}`, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A token for a test; `claims` are added to the subject. It expires after an hour by default. */
export function tokenOf(
  userId: string,
  claims: Record<string, unknown> = {},
  expiresAt: string | number = '1h',
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(testSecret));
}

/** Parsed JSON of any shape: a test reads any member, and its expectations are the check. */
export type Loose = ReturnType<JSON['parse']>;

/** A GraphQL response. */
export type HttpResponse = { readonly data: Loose; readonly errors?: Loose };

/** Runs one operation over HTTP. */
export async function request(
  gateway: { readonly url: string },
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<HttpResponse> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as HttpResponse;
}

/** A subscription over WebSocket with graphql-ws's own client, read one item at a time. */
export function subscribe(
  gateway: { readonly url: string },
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
) {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  const items = client.iterate({ query, variables });
  return {
    /** The next item; undefined once completed. */
    async next(): Promise<HttpResponse | undefined> {
      const item = await items.next();
      // The type is loose because the test itself checks what the server sent.
      return item.done === true ? undefined : (item.value as unknown as HttpResponse);
    },
    /** All items to the end, or up to and including the first for which `until` is true. */
    async all(until: (item: HttpResponse) => boolean = () => false): Promise<HttpResponse[]> {
      const all: HttpResponse[] = [];
      for (let item = await this.next(); item !== undefined; item = await this.next()) {
        all.push(item);
        if (until(item)) break;
      }
      return all;
    },
    close: async () => {
      await items.return?.();
      await client.dispose();
    },
  };
}
