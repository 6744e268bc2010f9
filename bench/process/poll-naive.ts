// The loop that one writes first: fetch, parse, update the row. Arguments: the database's file, the provider's port.
import Database from 'better-sqlite3';
import { type PollCommands, serveCommands } from './commands.ts';
import { gauges } from './server.ts';

const concurrency = 128;

const [file = '', port = ''] = process.argv.slice(2);

const sqlite = new Database(file);

sqlite.pragma('journal_mode = WAL');

sqlite.pragma('synchronous = FULL');

sqlite.exec(`CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT NOT NULL, poll_at INTEGER NOT NULL);
  CREATE INDEX jobs_due ON jobs (status, poll_at)`);

const insert = sqlite.prepare("INSERT INTO jobs (status, poll_at) VALUES ('PROCESSING', ?)");

const findDue = sqlite.prepare<[number], { id: number }>(
  "SELECT id FROM jobs WHERE status = 'PROCESSING' AND poll_at <= ? ORDER BY poll_at LIMIT 1",
);

const take = sqlite.prepare('UPDATE jobs SET poll_at = ? WHERE id = ?');

const update = sqlite.prepare('UPDATE jobs SET status = ?, poll_at = ? WHERE id = ?');

async function pollAtOne(): Promise<void> {
  const due = findDue.get(Date.now());
  if (due === undefined) return;
  take.run(Date.now() + 10_000, due.id);
  const response = await fetch(`http://127.0.0.1:${port}/workflows/request/${due.id}`, {
    headers: { authorization: 'Bearer SG_0123456789abcdef' },
  });
  const { status } = (await response.json()) as { status: string };
  update.run(status, Date.now(), due.id);
}

const commands: PollCommands = {
  async jobs(count) {
    sqlite.transaction(() => {
      for (let job = 0; job < count; job += 1) insert.run(Date.now());
    })();
  },
  async run(polls) {
    const startedAt = performance.now();
    let begun = 0;
    const loop = async () => {
      while (begun < polls) {
        begun += 1;
        await pollAtOne();
      }
    };
    await Promise.all(Array.from({ length: concurrency }, loop));
    return (performance.now() - startedAt) * 1000;
  },
  memory: gauges.memory,
};

serveCommands(commands);
