/** The bytes from `start` to `end`, both included, counted from 0. */
type ByteRange = { readonly start: number; readonly end: number };

/**
 * Bytes that are read once, with back-pressure; a Node Readable is one. It must be read to its end or destroyed, and throws to its reader
 * if the rest cannot be read.
 */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** Closes what the bytes come from. May be called at any time, more than once. */
  destroy(): unknown;
}

/** Bytes from a store. `byteSize`: of the whole file, whatever range was asked for. */
type StoredBytes = { readonly stream: ByteStream; readonly byteSize: number };

/** What a store receives about a file. `sha256`: lower-case hexadecimal. */
export type BlobFacts = { readonly contentType: string; readonly byteSize: number; readonly sha256: string };

/** A name in a store. `changedAt`: epoch milliseconds. */
export type BlobEntry = { readonly name: string; readonly changedAt: number };

/**
 * Why a store did not do what it was asked. `refused`: wrong keys, rights or settings. `missing`: the bucket or the folder is not there.
 * `full`: no space left. `unavailable`: it cannot be reached or has a fault of its own.
 */
export type BlobErrorKind = 'refused' | 'missing' | 'full' | 'unavailable';

/** A store's failure. The message is a sentence for the operator, without keys. */
export class BlobError extends Error {
  override readonly name = 'BlobError';
  readonly kind: BlobErrorKind;
  constructor(kind: BlobErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * Where videos and posters are kept, by names such as `0123456789abcdef0123456789abcdef.mp4`; any other name is a bug and throws a
 * TypeError. Methods reject with a BlobError.
 */
export interface BlobStore {
  /**
   * Takes over a complete, synced file of this machine: stores it whole or not at all, durably when it fulfils, in place of an older one.
   * The file is gone afterwards. If it rejects, the file is still the caller's.
   */
  put(name: string, file: string, facts: BlobFacts): Promise<void>;
  /** Opens a stored file, or a range that lies within it (null: everything). Null if there is none. Never reads it into memory. */
  open(name: string, range: ByteRange | null): Promise<StoredBytes | null>;
  /**
   * A link that everyone who has it can read for so many seconds, if the store makes such links, else null. `download`: the name under
   * which a browser saves the file; null to play it.
   */
  linkOf(name: string, seconds: number, download: string | null): Promise<string | null>;
  /** Removes a file for good. Fulfils also if there is none. */
  remove(name: string): Promise<void>;
  /** Every name in the store, in no order. It skips what has another kind of name. */
  list(): AsyncIterable<BlobEntry>;
  /** The absolute path of a folder for temporary files, on the store's own file system if it has one. It exists after `check`. */
  readonly temporaryFolder: string;
  /** Makes what is missing, and rejects if nothing can be stored: called once, at the start. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Why a provider's URL gave no video.
 * - `forbidden`: the gateway may not read this address, or a redirect led to one.
 * - `unreachable`: no connection, no response in time, or cut while it was sent.
 * - `notVideo`: an HTML page, an empty body, or an encoded one.
 * - `tooLong`: more bytes or more time than allowed.
 * - `aborted`: the caller's signal.
 */
export type SourceErrorKind = 'forbidden' | 'unreachable' | 'notVideo' | 'tooLong' | 'aborted';

/** A failure to read a provider's URL; a body throws it, too. The message is a sentence without the URL's path and query. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly kind: SourceErrorKind;
  constructor(kind: SourceErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The response to a request for a provider's video. Headers are null where the response has none. */
export type SourceResponse = {
  readonly status: number;
  readonly contentType: string | null;
  /** Content-Length: of the body that follows; after HEAD of the body that GET would bring. */
  readonly contentLength: number | null;
  /** As the provider wrote it, such as `bytes 0-99/1000`. */
  readonly contentRange: string | null;
  /** Whether the provider says that it serves ranges. */
  readonly acceptsRanges: boolean;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** The video's bytes; null after HEAD and for every status but 200 and 206. */
  readonly body: ByteStream | null;
};

/** How to ask. `range`: the value of a Range header. */
export type SourceRequest = {
  readonly method: 'GET' | 'HEAD';
  readonly range: string | null;
  readonly signal: AbortSignal;
};

/** Reads the provider's URLs, past a guard: public addresses only, no keys, bounded in size and time. */
export interface VideoSource {
  /** Follows redirects. Fulfils with the head of the response, whatever its status. Rejects with a SourceError. */
  open(url: string, request: SourceRequest): Promise<SourceResponse>;
  close(): Promise<void>;
}

/** A received file. `path`: absolute. `sha256`: lower-case hexadecimal. */
export type ReceivedFile = { readonly path: string; readonly byteSize: number; readonly sha256: string };

/** Files of this machine while a video is on its way to the store. */
export interface TemporaryFiles {
  /**
   * Writes a stream to a new file, hashing it, and syncs it to the disk. If it rejects, the file is gone and the stream closed; a
   * SourceError or BlobError of the stream comes through.
   */
  receive(body: ByteStream): Promise<ReceivedFile>;
  /** Facts about a file that another program has written, after it is synced. */
  seal(path: string): Promise<ReceivedFile>;
  /** The path of a file that does not exist yet, such as `…/1f….jpg`. */
  newPath(extension: string): string;
  /** Removes a file. Fulfils also if there is none. */
  remove(path: string): Promise<void>;
  /** Removes what crashes have left: temporary files last changed before an instant. Returns their number. */
  sweep(changedBefore: number): Promise<number>;
}

/** What a video's own data says; null where it does not say, or is no video. */
export type VideoFacts = {
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
};

/** Looks into video files. Never rejects: a file may hold anything. */
export interface VideoInspector {
  inspect(path: string): Promise<VideoFacts>;
  /** Writes the video's first frame to a new file, as JPEG; false if none could be made. */
  poster(video: ReceivedFile, to: string): Promise<boolean>;
  /** Ends what is under way. */
  close(): Promise<void>;
}
