/**
 * Writes events as JSON lines to something that takes text. What that is depends on the platform (a
 * file, the browser's private file system, a stream); each platform's `JSONFileExporter` is this
 * class with its way of opening.
 */
import { ClosedError, throwIfAborted } from '../base/errors.js';
import type { AnalyticsEvent } from './event.js';
import { analyticsEvents, type AnalyticsExporter, type ExportOptions } from './exporter.js';

/** Takes text, in order. */
export interface TextSink {
  write(text: string): Promise<void>;
  /** Resolves when all is stored; the sink is not used afterwards. */
  close(): Promise<void>;
}

/** Writes JSON lines; opens at the first event. */
export class JSONLinesExporter implements AnalyticsExporter {
  readonly #open: () => Promise<TextSink>;
  #sink: Promise<TextSink> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `open` is called once, at the first event, and again only after it failed. */
  constructor(open: () => Promise<TextSink>) {
    this.#open = open;
  }

  /** @inheritdoc One line per event; the lines of one call stay together. */
  async export(events: AnalyticsEvent | readonly AnalyticsEvent[], options: ExportOptions = {}): Promise<void> {
    const list = analyticsEvents(events);
    if (this.#closed) throw new ClosedError('JSONFileExporter');
    throwIfAborted('An export', options.signal);
    if (list.length === 0) return;
    const text = list.map((event) => `${JSON.stringify(event)}\n`).join('');
    const written = this.#writing.then(async () => (await this.#opened()).write(text));
    this.#writing = written.then(ignore, ignore); // the caller has the error
    return written;
  }

  /** Resolves when everything exported so far is written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Completes the writes under way and closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await (await this.#sink)?.close();
  }

  #opened(): Promise<TextSink> {
    this.#sink ??= this.#open().catch((error: unknown) => {
      this.#sink = undefined;
      throw error;
    });
    return this.#sink;
  }
}

/** A {@link TextSink} on a stream of bytes; closing it closes the stream. */
export function streamTextSink(stream: WritableStream<Uint8Array>): TextSink {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  return {
    write: (text) => writer.write(encoder.encode(text)),
    close: () => writer.close(),
  };
}

function ignore(): undefined {
  return undefined;
}
