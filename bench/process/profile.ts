import { writeFile } from 'node:fs/promises';
import { type HeapProfiler, type Profiler, Session } from 'node:inspector/promises';
import { getHeapSpaceStatistics, writeHeapSnapshot } from 'node:v8';

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
  /** In samples of 1 KiB. */
  async beginHeapProfile(): Promise<void> {
    session.connect();
    await session.post('HeapProfiler.enable');
    await session.post('HeapProfiler.startSampling', { samplingInterval: 1024 });
  },
  /** Writes what has been allocated since and is still in use. */
  async endHeapProfile(file: string): Promise<void> {
    await session.post('HeapProfiler.collectGarbage');
    const { profile }: { profile: HeapProfiler.SamplingHeapProfile } = await session.post('HeapProfiler.stopSampling');
    session.disconnect();
    await writeFile(file, JSON.stringify(profile));
  },
  heapSnapshot: (file: string): string => writeHeapSnapshot(file),
  /** In bytes: the process, V8's heap, and each space of that with what is used of it. */
  memoryUsage(): Readonly<Record<string, number>> {
    const spaces = getHeapSpaceStatistics().flatMap(({ space_name: name, space_size: size, space_used_size: used }) => [
      [`${name}`, size],
      [`${name}, used`, used],
    ]);
    return { ...process.memoryUsage(), ...Object.fromEntries(spaces) };
  },
};
