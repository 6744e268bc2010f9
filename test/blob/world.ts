import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BlobStore, ByteStream } from '../../src/ports/video.ts';

/** A new folder that is removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-blob-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A name as videos have it. */
export function newName(extension: 'mp4' | 'jpg' = 'mp4'): string {
  return `${randomBytes(16).toString('hex')}.${extension}`;
}

/** Writes bytes to a temporary file of a store and puts it under a name. */
export async function put(store: BlobStore, name: string, bytes: Uint8Array): Promise<string> {
  const file = join(store.temporaryFolder, `${randomBytes(8).toString('hex')}.mp4`);
  writeFileSync(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await store.put(name, file, { contentType: 'video/mp4', byteSize: bytes.byteLength, sha256 });
  return file;
}

/** All bytes of a stream. */
export async function bytesOf(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a store holds under a name, or null. */
export async function read(store: BlobStore, name: string): Promise<Buffer | null> {
  const found = await store.open(name, null);
  return found === null ? null : bytesOf(found.stream);
}

/** The names that a store lists. */
export async function namesIn(store: BlobStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.list()) names.push(name);
  return names.sort();
}
