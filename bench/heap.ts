// What `npm run bench:profile -- --row memory` prints: the memory that a connected user adds to a new server, by where it was allocated and
// by what it is.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { HeapProfiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openNewcomers } from './row/connect.ts';
import type { Scale } from './row/scale.ts';

type Node = HeapProfiler.SamplingHeapProfileNode;

/** The part of a heap snapshot that is read. */
type Snapshot = {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
};

/** What to measure, and where to keep the profile and the snapshots, which Chrome's developer tools open. */
type HeapOptions = { readonly server: string; readonly top: number; readonly out?: string; readonly scale: Scale };

/** Measures three new servers: without a profiler, with V8's sampling heap profiler, and by heap snapshots. */
export async function heapTables({ server: name, top, out, scale }: HeapOptions): Promise<string> {
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'reelgate-profile-')));
  await mkdir(folder, { recursive: true });
  const newcomers = await openNewcomers(scale);

  const usage = await newcomers.added(name, (server) => server.memoryUsage());
  const kinds = Object.entries(usage.after).map(([kind, bytes]) => {
    const added = bytes - (usage.before[kind] ?? 0);
    return `| ${kind} | ${(added / 1024 / usage.users).toFixed(2)} |\n`;
  });

  const profile = resolve(folder, 'memory.heapprofile');
  let isProfiled = false;
  const { users } = await newcomers.added(name, async (server) => {
    await (isProfiled ? server.endHeapProfile(profile) : server.beginHeapProfile());
    isProfiled = true;
  });

  let count = 0;
  const files = await newcomers.added(name, async (server) => {
    count += 1;
    const file = resolve(folder, `memory-${count}.heapsnapshot`);
    await server.heapSnapshot(file);
    return file;
  });
  await newcomers.close();

  const sites = siteLines(JSON.parse(await readFile(profile, 'utf8')).head, users).slice(0, top);
  const before = countsIn(JSON.parse(await readFile(files.before, 'utf8')));
  const after = countsIn(JSON.parse(await readFile(files.after, 'utf8')));
  if (out === undefined) await rm(folder, { recursive: true });
  return [
    `memory, ${name}: ${users} users, each\n\n| part | KiB |\n| --- | --- |\n`,
    ...kinds,
    '\n| bytes with callees | own | allocated by | file |\n| --- | --- | --- | --- |\n',
    ...sites,
    '\n| bytes | count | kind | name |\n| --- | --- | --- | --- |\n',
    ...kindLines(before, after, users).slice(0, top),
  ].join('');
}

/** The functions that allocated most of what is in use, each with what its callees allocated. */
function siteLines(head: Node, users: number): string[] {
  const sites = new Map<string, { own: number; all: number }>();

  function visit({ callFrame, selfSize, children }: Node, callers: ReadonlySet<string>): number {
    const { functionName, url, lineNumber } = callFrame;
    const name = `${functionName || '(anonymous)'} | ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    const within = new Set(callers).add(name);
    const all = children.reduce((sum, child) => sum + visit(child, within), selfSize);
    const site = sites.get(name) ?? { own: 0, all: 0 };
    sites.set(name, { own: site.own + selfSize, all: site.all + (callers.has(name) ? 0 : all) });
    return all;
  }

  visit(head, new Set());
  const sorted = [...sites].toSorted(([, a], [, b]) => b.all - a.all);
  return sorted.map(
    ([name, { own, all }]) => `| ${(all / users).toFixed(0)} | ${(own / users).toFixed(0)} | ${name} |\n`,
  );
}

/** Bytes and number of all objects of a kind, such as `closure | wake`. */
type Counts = ReadonlyMap<string, { readonly bytes: number; readonly count: number }>;

function countsIn({ snapshot, nodes, strings }: Snapshot): Counts {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const counts = new Map<string, { bytes: number; count: number }>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const fieldOf = (field: string) => nodes[at + fields.indexOf(field)] ?? 0;
    const type = types[0][fieldOf('type')] ?? '';
    // The name of a string is its text.
    const name = `${type} | ${/string/.test(type) ? '' : (strings[fieldOf('name')] ?? '').slice(0, 60)}`;
    const known = counts.get(name) ?? { bytes: 0, count: 0 };
    counts.set(name, { bytes: known.bytes + fieldOf('self_size'), count: known.count + 1 });
  }
  return counts;
}

function kindLines(before: Counts, after: Counts, users: number): string[] {
  const added = [...after].map(([name, { bytes, count }]) => {
    const old = before.get(name) ?? { bytes: 0, count: 0 };
    return { name, bytes: (bytes - old.bytes) / users, count: (count - old.count) / users };
  });
  const sorted = added.toSorted((a, b) => b.bytes - a.bytes);
  return sorted.map(({ name, bytes, count }) => `| ${bytes.toFixed(0)} | ${count.toFixed(1)} | ${name} |\n`);
}
