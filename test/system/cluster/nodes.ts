import { randomInt } from 'node:crypto';
import type { TestGateway } from '../../world/gateway.ts';

/** Nodes of one installation that are killed and come back, each on another port. */
export type Nodes = {
  /** The URL of a node not known to be dead: the given one if possible, otherwise another. */
  urlOf(index: number): string;
  /** The same for any node. */
  anyUrl(): string;
  /** When nodes were killed, in epoch milliseconds. */
  readonly deaths: readonly number[];
  /** Kills a random node with -9. Returns a function that restarts it. */
  killOne(): Promise<() => Promise<void>>;
  /** Stops all of them normally; fulfils with their exit codes. */
  stop(): Promise<readonly (number | null)[]>;
};

/** Starts all nodes at once. */
export async function startNodes(count: number, startNode: () => Promise<TestGateway>): Promise<Nodes> {
  const nodes = await Promise.all(Array.from({ length: count }, startNode));
  const alive = new Set(nodes);
  const deaths: number[] = [];
  const any = (): TestGateway => {
    const node = [...alive][randomInt(alive.size)];
    if (node === undefined) throw new Error('No node is left');
    return node;
  };
  return {
    deaths,
    urlOf(index) {
      const node = nodes[index % count];
      return (node !== undefined && alive.has(node) ? node : any()).url;
    },
    anyUrl: () => any().url,
    async killOne() {
      const victim = any();
      alive.delete(victim);
      deaths.push(Date.now());
      await victim.kill();
      return async () => {
        const successor = await startNode();
        nodes[nodes.indexOf(victim)] = successor;
        alive.add(successor);
      };
    },
    stop: () => Promise.all([...alive].map((node) => node.stop())),
  };
}
