/** Analytics as JSON lines where there are no files: only to a stream, and a path is refused at once. */
import { JSONLinesExporter, streamTextSink } from '../analytics/json-lines-exporter.js';
import { InvalidOptionError } from '../base/option.js';

/** Writes events to a stream of bytes, one JSON object a line. */
export class JSONFileExporter extends JSONLinesExporter {
  /** Throws `InvalidOptionError` for a path: this platform has no file system. */
  constructor(target: WritableStream<Uint8Array>) {
    if (!(target instanceof WritableStream)) throw new InvalidOptionError('JSONFileExporter.target', target, 'a WritableStream: this platform has no files');
    super(() => Promise.resolve(streamTextSink(target)));
  }
}
