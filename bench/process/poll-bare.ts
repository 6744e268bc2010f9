// The limit of polling from Node: undici requests, and nothing done with what they bring. Its second argument is the provider's port.
import { Pool } from 'undici';
import { gauges } from './server.ts';
import { answerWith } from './verbs.ts';

/** What everything that polls does when it is asked to. */
export type PollVerbs = {
  /** Makes so many jobs to be looked at. */
  jobs(count: number): Promise<void>;
  /** Looks so many times, as fast as it can; how long that took, in microseconds. */
  run(looks: number): Promise<number>;
  /** The memory of the process in bytes, garbage collected. */
  memory(): Promise<number>;
};

const connections = 128;
const [, port = ''] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
const headers = { accept: 'application/json', authorization: 'Bearer SG_0123456789abcdef' };

const verbs: PollVerbs = {
  jobs: () => Promise.resolve(),
  async run(looks) {
    const startedAt = performance.now();
    let begun = 0;
    const loop = async () => {
      while (begun < looks) {
        begun += 1;
        const { body } = await pool.request({ method: 'GET', path: `/workflows/request/${begun}`, headers });
        await body.text();
      }
    };
    await Promise.all(Array.from({ length: connections }, loop));
    return (performance.now() - startedAt) * 1000;
  },
  memory: gauges.memory,
};
answerWith(verbs);
