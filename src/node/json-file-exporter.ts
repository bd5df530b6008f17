/** Analytics as JSON lines in a file, in Node, Deno and Bun. */
import { open } from 'node:fs/promises';
import { JSONLinesExporter, streamTextSink } from '../analytics/json-lines-exporter.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean } from '../base/option.js';

/** Options of a {@link JSONFileExporter}. */
export interface JSONFileExporterOptions {
  /** Adds to what the file has; false empties it first. @default true */
  readonly append?: boolean;
}

/** Writes events to a file, or to a stream of bytes, one JSON object a line. */
export class JSONFileExporter extends JSONLinesExporter {
  /** The file is opened at the first event. Throws `InvalidOptionError` naming the option. */
  constructor(target: string | URL | WritableStream<Uint8Array>, options: JSONFileExporterOptions = {}) {
    refuseUnknownOptions('JSONFileExporter', options, ['append']);
    const append = requireBoolean('JSONFileExporter.append', options.append ?? true);
    if (target instanceof WritableStream) {
      super(() => Promise.resolve(streamTextSink(target)));
      return;
    }
    if ((typeof target !== 'string' || target === '') && !(target instanceof URL)) throw new InvalidOptionError('JSONFileExporter.target', target, 'a path, a file URL or a WritableStream');
    let opened = false;
    super(async () => {
      const file = await open(target, append || opened ? 'a' : 'w');
      opened = true;
      return { write: (text) => file.appendFile(text), close: () => file.close() };
    });
  }
}
