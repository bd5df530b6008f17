/** Logging in Node, Deno and Bun: as everywhere, and to files too. */
import { open } from 'node:fs/promises';
import { setupLogging as setupPortableLogging, startLogging, type LineWriter, type Logging, type LoggingOptions } from '../run/logging.js';

/** Sets up logging; `logFile` may be a path, to which records are added, or a stream. */
export function setupLogging(options: LoggingOptions = {}): Logging {
  const { logFile } = options;
  return typeof logFile === 'string' ? startLogging(options, fileLines(logFile)) : setupPortableLogging(options);
}

/** Lines to the end of a file, opened at the first; a failure is told once on the console. */
function fileLines(path: string): LineWriter {
  let file: ReturnType<typeof open> | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  let failed = false;
  const onFailure = (error: unknown): void => {
    if (!failed) console.error('sluice: the log file cannot be written; later records are only on the console.', error);
    failed = true;
  };
  return {
    write(line) {
      if (failed) return;
      writing = writing.then(async () => {
        file ??= open(path, 'a');
        await (await file).appendFile(line);
      }).catch(onFailure);
    },
    async close() {
      await writing;
      if (!failed) await (await file)?.close();
    },
  };
}
