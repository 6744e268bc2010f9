// Runs the README's first line as a newcomer would, then makes a video through the URL that it prints and checks that it can be played.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const line = /^npm install && npm start$/m.exec(readFileSync('README.md', 'utf8'))?.[0];
if (line === undefined) throw new Error('The README does not open with npm install && npm start.');

const folder = mkdtempSync(join(tmpdir(), 'reelgate-first-line-'));
// Sets only the port and the database, so that nothing else on the machine interferes.
const { env: own } = process;
const env = { ...own, PORT: '0', DATABASE_URL: `file:${join(folder, 'reelgate.db')}` };
const child = spawn('bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
const ended = once(child, 'exit');
try {
  const url = await printedUrl();
  const { generateVideo } = await ask(
    url,
    'mutation { generateVideo(input: { prompt: "@test/ok:2s" }) { ... on GenerateVideoSuccess { job { id } } } }',
  );
  const video = await watched(url, generateVideo.job.id);
  const file = await fetch(video.url);
  if (file.headers.get('content-type') !== 'video/mp4') throw new Error(`${video.url} is not a video.`);
  process.stdout.write(`The README's first line gave ${video.url}, ${(await file.arrayBuffer()).byteLength} bytes.\n`);
} finally {
  // npm passes the signal on to the gateway only if the whole process group receives it.
  process.kill(-child.pid, 'SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function printedUrl() {
  let output = '';
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    output += chunk;
    const url = /GraphiQL\s+(\S+)\/graphql/.exec(output)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('The gateway ended before it was ready.');
}

async function ask(url, query) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Follows the job over server-sent events; returns the video of its last event. */
async function watched(url, id) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: `subscription { jobUpdated(id: "${id}") { status video { url } } }` }),
  });
  const events = (await response.text()).split('\n').filter((each) => each.startsWith('data: {'));
  const last = JSON.parse(events.at(-1).slice('data: '.length)).data.jobUpdated;
  if (last.status !== 'COMPLETED') throw new Error(`The job ended ${last.status}.`);
  return last.video;
}
