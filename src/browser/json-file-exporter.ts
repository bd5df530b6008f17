/**
 * Analytics as JSON lines in the browser's private file system of the origin (OPFS): the page reads
 * the file back with `readJSONFile` to upload or offer it.
 */
import { JSONLinesExporter, streamTextSink, type TextSink } from '../analytics/json-lines-exporter.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean } from '../base/option.js';
import { StorageUnavailableError, toStorageError } from './idb-errors.js';

/** Options of a {@link JSONFileExporter}. */
export interface JSONFileExporterOptions {
  /** Adds to what the file has; false empties it first. @default true */
  readonly append?: boolean;
}

/** Writes events to a file of the origin, or to a stream of bytes, one JSON object a line. */
export class JSONFileExporter extends JSONLinesExporter {
  /** `target` is a path such as `logs/analytics.json`, or a stream. The file is opened at the first event. Throws `InvalidOptionError` naming the option. */
  constructor(target: string | WritableStream<Uint8Array>, options: JSONFileExporterOptions = {}) {
    refuseUnknownOptions('JSONFileExporter', options, ['append']);
    const append = requireBoolean('JSONFileExporter.append', options.append ?? true);
    if (target instanceof WritableStream) {
      super(() => Promise.resolve(streamTextSink(target)));
      return;
    }
    if (typeof target !== 'string' || pathOf(target).length === 0) throw new InvalidOptionError('JSONFileExporter.target', target, 'a path or a WritableStream');
    let truncate = !append;
    super(async () => {
      const sink = await openFile(target, truncate);
      truncate = false;
      return sink;
    });
  }
}

/** The text of a file that a {@link JSONFileExporter} has written; empty when there is none. */
export async function readJSONFile(path: string): Promise<string> {
  try {
    return await (await (await fileHandle(path, false)).getFile()).text();
  } catch (error) {
    if ((error as { name?: unknown }).name === 'NotFoundError') return '';
    throw toStorageError(error, path);
  }
}

function pathOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
}

async function fileHandle(path: string, create: boolean): Promise<FileSystemFileHandle> {
  let root: FileSystemDirectoryHandle;
  try {
    root = await navigator.storage.getDirectory();
  } catch (error) {
    throw new StorageUnavailableError(error);
  }
  const folders = [...pathOf(path)];
  const name = folders.pop() ?? '';
  for (const folder of folders) root = await root.getDirectoryHandle(folder, { create });
  return root.getFileHandle(name, { create });
}

// A writable file stores at close only, and into a copy until then; each write is therefore opened and
// closed by itself, so that what is acknowledged is stored.
async function openFile(path: string, truncate: boolean): Promise<TextSink> {
  const handle = await fileHandle(path, true);
  if (truncate) await (await handle.createWritable({ keepExistingData: false })).close();
  return {
    async write(text) {
      try {
        const { size } = await handle.getFile();
        const writable = await handle.createWritable({ keepExistingData: true });
        await writable.write({ type: 'write', position: size, data: text });
        await writable.close();
      } catch (error) {
        throw toStorageError(error, path);
      }
    },
    close: () => Promise.resolve(),
  };
}
