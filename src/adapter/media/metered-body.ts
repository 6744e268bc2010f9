import { type Readable, Transform } from 'node:stream';
import { type ByteStream, SourceError } from '../../ports/video.ts';

/** What the head of a response says about its body. `length`: null where it does not say. */
export type ExpectedBody = { readonly status: number; readonly length: number | null; readonly host: string };

/** What pages and messages begin with, after spaces: `<` or `{`. No video does. */
const pageStart = /^[\s\uFEFF]*[<{]/;

const startBytes = 64;

/**
 * The bytes of a response, counted. Fulfils when the first have come, so that a page or an empty body is noticed before anything is made
 * of it. Calls `onEnd` once, when the stream is read, failed or destroyed; that also closes the socket.
 */
export async function meteredBody(
  body: Readable,
  expected: ExpectedBody,
  maxBytes: number,
  onEnd: () => void,
): Promise<ByteStream> {
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isPage = bytes === 0 && expected.status === 200 && pageStart.test(chunk.toString('utf8', 0, startBytes));
      bytes += chunk.byteLength;
      if (isPage) done(new SourceError('notVideo', 'The provider sent a page or a message instead of a video.'));
      else if (bytes > maxBytes) done(new SourceError('tooLong', `A video is larger than ${maxBytes} bytes.`));
      else done(null, chunk);
    },
    flush(done) {
      const isShort = expected.length !== null && bytes < expected.length;
      if (isShort) done(cut());
      else
        done(bytes === 0 ? new SourceError('notVideo', 'The provider sent an empty body instead of a video.') : null);
    },
  });
  const cut = (error?: unknown) =>
    new SourceError('unreachable', `The connection to ${expected.host} ended after ${bytes} bytes of a video.`, {
      cause: error,
    });
  body.once('error', (error) => void meter.destroy(error instanceof SourceError ? error : cut(error)));
  body.once('close', () => {
    if (!body.readableEnded) meter.destroy(cut());
  });
  meter.once('close', () => {
    body.destroy();
    onEnd();
  });
  // A reader that comes later sees the error when it reads.
  meter.on('error', () => undefined);
  body.pipe(meter);
  await new Promise<void>((resolve, reject) => {
    meter.once('readable', resolve);
    meter.once('error', reject);
  });
  return meter;
}
