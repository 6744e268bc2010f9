import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { blocksBelow, moduleOf, placed, runToEnd } from './page.ts';
import { openWire, type Wire } from './wire.ts';

const withinMs = 120_000;

const finished = /COMPLETED +http\S+\.mp4\s*$/;

let folder: Awaited<ReturnType<typeof makeFolder>>;
let gateway: TestGateway;
let open: TestGateway;
let wire: Wire;
let token: string;

beforeAll(async () => {
  folder = await makeFolder();
  gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret });
  open = await startGateway(folder.path, { DATABASE_URL: `file:${join(folder.path, 'open.db')}` });
  wire = await openWire();
  wire.lead(gateway);
  token = await tokenOf('ada');
}, 180_000);

afterAll(async () => {
  await wire.close();
  await gateway.stop();
  await open.stop();
  await folder.remove();
});

/** The end of the page of Relay: without its compiler, requests go straight to the network. */
const relayEnd = `
const send = (operationKind, text, variables) =>
  environment.getNetwork().execute({ name: 'x', id: null, cacheID: text, metadata: {}, operationKind, text }, variables, {}, null);
const generate = \`mutation ($input: GenerateVideoInput!) {
  generateVideo(input: $input) { ... on GenerateVideoSuccess { job { id } } ... on Failure { code message } } }\`;
const { data } = await send('mutation', generate, { input: { prompt: 'Two people shaking hands' } }).toPromise();
const { code, message, job } = data.generateVideo;
if (code) throw new Error(code + ': ' + message);
const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { status video { url } } }';
send('subscription', watch, { id: job.id }).subscribe({
  next: ({ data }) => console.log(data.jobUpdated.status, data.jobUpdated.video?.url ?? ''),
  complete: () => socket.dispose(),
});
`;

/** Runs the first block below a heading; `seen` as in runToEnd. */
async function runPage(heading: string, prompt: string, seen?: (output: string) => void) {
  const own = await makeFolder();
  onTestFinished(() => own.remove());
  const [block = ''] = blocksBelow(heading);
  const url = heading.includes('EventSource') ? open.url : wire.url;
  const text = placed(block + (heading === 'Relay' ? relayEnd : ''), { url, token, prompt });
  const options = { folder: own.path, ...(seen === undefined ? {} : { seen }) };
  if (heading === 'Python') {
    writeFileSync(join(own.path, 'video.py'), text);
    return runToEnd('python3', ['video.py'], options);
  }
  if (heading === 'Java') {
    writeFileSync(join(own.path, 'Video.java'), text);
    return runToEnd('java', ['Video.java'], options);
  }
  return runToEnd(process.execPath, moduleOf(own.path, text), options);
}

const missing = (program: string) => spawnSync(program, ['--version']).status !== 0;

const headings: readonly (readonly [heading: string, reconnects: boolean, isMissing: boolean])[] = [
  ['Apollo Client', true, false],
  ['urql', true, false],
  ['Relay', true, false],
  ['graphql-ws', true, false],
  ['graphql-sse', true, false],
  ['fetch and EventSource', false, false],
  ['Python', true, missing('python3')],
  // Java's single files need a JDK.
  ['Java', false, missing('javac')],
];

describe.each(headings)('the page for %s', (heading, reconnects, isMissing) => {
  it.skipIf(isMissing)(
    'makes a video and follows it to its end, through a broken connection',
    { timeout: withinMs },
    async () => {
      let isCut = !reconnects;
      const { code, output } = await runPage(heading, '@test/ok:3s', (printed) => {
        if (!isCut && /QUEUED|PROCESSING/.test(printed)) {
          isCut = true;
          wire.cut();
        }
      });
      expect(output).toMatch(finished);
      expect(code).toBe(0);
      expect(isCut).toBe(true);
    },
  );

  it.skipIf(isMissing)('ends with the code of the failure if the video is refused', { timeout: withinMs }, async () => {
    const { code, output } = await runPage(heading, '@test/submit:403');
    expect(output).toContain('PROVIDER_FORBIDDEN: ');
    expect(code).not.toBe(0);
  });
});

describe('the page for curl', () => {
  it.skipIf(missing('curl'))('makes a video, and shows what becomes of all jobs', { timeout: withinMs }, async () => {
    const [generate = '', watch = ''] = blocksBelow('curl').map((block) =>
      placed(block, { url: gateway.url, token, prompt: '@test/ok:1s' }),
    );
    const shell = `${watch.trim()} | grep --line-buffered -m 1 '"COMPLETED"' & sleep 1; ${generate.trim()}; wait`;
    const { output } = await runToEnd('bash', ['-c', shell], { folder: folder.path });
    expect(output).toContain('"generateVideo":{"job":{"id":');
    expect(output).toMatch(/"status":"COMPLETED".*\.mp4/);
  });
});
