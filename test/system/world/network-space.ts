import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const hostAddress = '10.213.77.1';

const address = '10.213.77.2';

const nowhere = '02:00:00:00:00:99';

/** Whether this process may make network namespaces: root with the right to administer the network. */
export const hasNetworkSpaces = attempt(() => {
  ip('netns', 'add', 'reelgate-probe');
  ip('netns', 'del', 'reelgate-probe');
});

/** Another machine, as far as the network goes: a namespace with one cable to this machine. */
export type NetworkSpace = {
  /** The address of this machine, seen from there. */
  readonly hostAddress: string;
  readonly network: string;
  /** The address of that machine. */
  readonly address: string;
  /** An executable file that runs Node.js there. */
  readonly node: string;
  /** Loses every packet in both directions, without a word to either side: as if it had lost power. */
  cut(): void;
  mend(): void;
};

/** Makes a network space, removed after the test. `folder` holds its executable. */
export function openNetworkSpace(folder: string): NetworkSpace {
  const name = `reelgate-${process.pid}`;
  const [here, there] = [`rg${process.pid}a`, `rg${process.pid}b`];
  const inside = (...words: readonly string[]) => ip('netns', 'exec', name, 'ip', ...words);
  ip('netns', 'add', name);
  // The cable goes with it.
  onTestFinished(() => void ip('netns', 'del', name));
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', `${hostAddress}/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  inside('link', 'set', 'lo', 'up');
  inside('addr', 'add', `${address}/30`, 'dev', there);
  inside('link', 'set', there, 'up');
  const node = join(folder, 'node-there');
  writeFileSync(node, `#!/bin/sh\nexec ip netns exec ${name} '${process.execPath}' "$@"\n`);
  chmodSync(node, 0o755);
  return {
    hostAddress,
    network: '10.213.77.0/30',
    address,
    node,
    // A frame for another network card is dropped by the one that gets it.
    cut() {
      ip('neigh', 'replace', address, 'lladdr', nowhere, 'nud', 'permanent', 'dev', here);
      inside('neigh', 'replace', hostAddress, 'lladdr', nowhere, 'nud', 'permanent', 'dev', there);
    },
    mend() {
      ip('neigh', 'del', address, 'dev', here);
      inside('neigh', 'del', hostAddress, 'dev', there);
    },
  };
}

function ip(...words: readonly string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: 'pipe' });
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
