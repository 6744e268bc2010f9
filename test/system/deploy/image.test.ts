import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, startGateway } from '../../world/gateway.ts';
import { execForm, type Instruction, stagesOf } from './dockerfile.ts';

const root = projectRoot();

const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));

const all = stages.flat();

const last = stages.at(-1) ?? [];

/** Installs what draws posters, and leaves no package lists in the image. */
const installsFfmpeg =
  'apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*';

/** Puts `reelgate` on the path, for commands beside the gateway. */
const linksCommand = 'ln -s /app/bin/reelgate.js /usr/local/bin/reelgate';

const restsOf = (word: string, of: readonly Instruction[] = all) =>
  of.filter((each) => each.word === word).map(({ rest }) => rest);

/** The source and target of a COPY. */
function copiesOf(stage: typeof last) {
  return restsOf('COPY', stage).map((rest) => {
    const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
    return { isBuilt: rest.includes('--from='), sources: words.slice(0, -1), target: words.at(-1) ?? '' };
  });
}

describe('the Dockerfile', () => {
  test('has stages from images with a version; the last one is the smallest and runs', () => {
    expect(restsOf('FROM')).toEqual(['node:24-bookworm AS build', 'node:24-bookworm-slim']);
  });

  test('uses only known instructions; the only download beside npm’s is Debian’s ffmpeg', () => {
    const known = 'FROM WORKDIR COPY RUN ENV USER VOLUME EXPOSE HEALTHCHECK CMD'.split(' ');
    expect(all.map(({ word }) => word).filter((word) => !known.includes(word))).toEqual([]);
    const unusual = restsOf('RUN').filter((rest) => /sudo|curl|wget|chmod 777|apt-get/.test(rest));
    expect(unusual).toEqual([installsFfmpeg]);
  });

  test('contains no secret: no ENV or ARG is named like one', () => {
    expect(restsOf('ENV').filter((rest) => /SECRET|KEY|PASSWORD|TOKEN/.test(rest))).toEqual([]);
  });

  test('runs as a user who is not root and may write to the data only', () => {
    const words = last.map(({ word }) => word);
    expect(restsOf('USER', last)).toEqual(['node']);
    expect(words.slice(words.indexOf('USER'))).toEqual(['USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'CMD']);
    expect(restsOf('RUN', last)).toEqual([
      installsFfmpeg,
      `mkdir -m 700 /data && chown node:node /data && ${linksCommand}`,
    ]);
    expect(restsOf('COPY', last).filter((rest) => rest.includes('--chown'))).toEqual([]);
    expect(restsOf('VOLUME', last)).toEqual(['/data']);
  });

  test('starts the gateway itself, so that it receives signals', () => {
    expect(restsOf('CMD', last).map(execForm)).toEqual([['node', 'bin/reelgate.js']]);
  });

  test('does not count as unhealthy while a start migrates the database', () => {
    expect(restsOf('HEALTHCHECK', last)).toEqual([expect.stringContaining('--start-period=1h ')]);
  });

  test('copies everything that the package needs to run', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // deploy/ is for those who set up a machine or a cluster.
    const needed = files.filter((file: string) => file !== 'deploy');
    const copied = copiesOf(last).flatMap(({ sources }) => sources.map((source) => source.replace('/build/', '')));
    expect(copied.filter((source) => !['package.json', 'LICENSE', 'node_modules'].includes(source)).toSorted()).toEqual(
      needed.toSorted(),
    );
  });

  test('copies only files that exist and that .dockerignore admits, which admits nothing else', () => {
    const copied = stages.flatMap((stage) => copiesOf(stage).filter(({ isBuilt }) => !isBuilt));
    const sources = copied.flatMap((copy) => copy.sources);
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    const [first, ...others] = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => !/^(#|$)/.test(line));
    expect(first).toBe('*');
    const allowed = others.filter((line) => line.startsWith('!'));
    // Native builds of this machine must stay out.
    expect(others.filter((line) => !allowed.includes(line))).toEqual(['dashboard/dist']);
    const needed = new Set(
      sources.map((source) => allowed.find((line) => `${source}/`.startsWith(`${line.slice(1)}/`))),
    );
    expect(new Set(allowed)).toEqual(needed);
  });
});

test('the image’s content is enough to run, passes its health check, and writes nothing outside its data folder', async () => {
  const folder = await makeFolder();
  onTestFinished(() => folder.remove());
  // Builds dist/ if it is out of date.
  spawnSync(process.execPath, [join(root, 'bin/reelgate.js'), '--version']);
  const app = join(folder.path, 'app');
  const data = join(folder.path, 'data');
  await mkdir(data);
  for (const { sources, target } of copiesOf(last)) {
    for (const source of sources) {
      const from = join(root, source.replace('/build/', ''));
      const to = target.endsWith('/') ? join(app, target, basename(from)) : join(app, target);
      await mkdir(dirname(to), { recursive: true });
      // All packages, although the image has only those for running: dependency-cruiser checks that no other is used.
      if (basename(from) === 'node_modules') await symlink(from, to);
      else await cp(from, to, { recursive: true });
    }
  }
  const filesBefore = filesIn(app);

  const gateway = await startGateway(data, {}, { program: join(app, 'bin/reelgate.js') });
  onTestFinished(() => gateway.kill());
  const [program = '', ...args] = restsOf('HEALTHCHECK', last).map(execForm)[0] ?? [];
  const check = (port: string) => spawnSync(program, args, { env: { PATH: process.env['PATH'], PORT: port } }).status;
  expect([check(new URL(gateway.url).port), check('1')]).toEqual([0, 1]);
  expect(await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } })).toMatchObject({ status: 200 });
  // As `docker exec` runs it: by its name, with the settings of the container.
  const path = join(folder.path, 'path');
  await mkdir(path);
  const [, , from = '', to = ''] = linksCommand.split(' ');
  await symlink(from.replace('/app/', `${app}/`), join(path, basename(to)));
  const env = { PATH: `${path}:${process.env['PATH']}`, DATABASE_URL: `file:${join(data, 'reelgate.db')}` };
  const created = spawnSync(basename(to), ['key', 'create', '--user', 'ana', '--env', 'test'], { cwd: app, env });
  expect({ status: created.status, stdout: String(created.stdout) }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^sk_test_\S+\n$/),
  });
  expect(await gateway.stop()).toBe(0);
  expect(filesIn(app)).toEqual(filesBefore);
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.includes('node_modules'))
    .toSorted();
}
