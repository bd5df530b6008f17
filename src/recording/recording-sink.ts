/** Where a recording goes, piece by piece, so that an hour takes no more memory than a minute. */
import { SluiceError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';

/** Takes the bytes of a file in order. A sink that keeps up slowly slows nothing but itself; what waits is bounded by the recorder. */
export interface RecordingSink {
  write(bytes: Uint8Array): Promise<void> | void;
  /** Replaces bytes that were written before; without it, lengths in the header stay open, which readers accept. */
  patch?(position: number, bytes: Uint8Array): Promise<void> | void;
  close(): Promise<void> | void;
}

/** A recording does not fit into its sink. */
export class RecordingSinkFullError extends SluiceError {
  override readonly name: string = 'RecordingSinkFullError';
  constructor(maxBytes: number) {
    super(`The recording is longer than the ${maxBytes} bytes that its sink takes. Write to a file (fileSink), or record less.`, { code: 'RECORDING_SINK_FULL' });
  }
}

/** A sink in memory. */
export interface MemorySink extends RecordingSink {
  /** The file so far. */
  bytes(): Uint8Array;
}

/** Keeps the file in memory, up to `maxBytes`. @default 64 MiB */
export function memorySink(options: { readonly maxBytes?: number } = {}): MemorySink {
  const maxBytes = requireNumber('memorySink.maxBytes', options.maxBytes ?? 67_108_864, { min: 1 });
  let held = new Uint8Array(65_536);
  let length = 0;
  return {
    write(bytes) {
      if (length + bytes.length > maxBytes) throw new RecordingSinkFullError(maxBytes);
      if (length + bytes.length > held.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(held.length * 2, length + bytes.length)));
        larger.set(held.subarray(0, length));
        held = larger;
      }
      held.set(bytes, length);
      length += bytes.length;
    },
    patch: (position, bytes) => held.set(bytes, position),
    close: () => undefined,
    bytes: () => held.slice(0, length),
  };
}

/** The part of a `FileSystemWritableFileStream` that is used (File System Standard). */
export interface WritableFile {
  write(data: Uint8Array | { readonly type: 'write'; readonly position: number; readonly data: Uint8Array }): Promise<void>;
  close(): Promise<void>;
}

/** Writes to a file that the user chose (`showSaveFilePicker`) or that the page keeps (the origin private file system). */
export function fileSink(file: WritableFile): RecordingSink {
  return {
    write: (bytes) => file.write(bytes),
    patch: (position, data) => file.write({ type: 'write', position, data }),
    close: () => file.close(),
  };
}

/** Writes to a stream, for example the body of an upload. */
export function streamSink(stream: WritableStream<Uint8Array>): RecordingSink {
  const writer = stream.getWriter();
  return { write: (bytes) => writer.write(bytes), close: () => writer.close() };
}
