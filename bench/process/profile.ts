import { writeFile } from 'node:fs/promises';
import { type Profiler, Session } from 'node:inspector/promises';

const session = new Session();

/** Profiles of this process by V8's inspector. */
export const profileCommands = {
  /** In samples of 200 µs. */
  async beginProfile(): Promise<void> {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  async endProfile(file: string): Promise<void> {
    const { profile }: { profile: Profiler.Profile } = await session.post('Profiler.stop');
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  },
};
