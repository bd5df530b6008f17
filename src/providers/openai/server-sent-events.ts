/**
 * Reads `text/event-stream`: lines that end in CR, LF or both, comments, fields, and characters that a packet
 * boundary cuts in two (WHATWG HTML, "Server-sent events"). Unlike a browser's EventSource it also gives the last
 * event of a stream that ends without an empty line, because servers of models do that.
 */
import { abortable } from '../../base/abortable.js';
import { SluiceError } from '../../base/errors.js';

/** One event. */
export interface ServerSentEvent {
  /** The `event` field; `message` where there is none. */
  readonly type: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
}

/** A line of the stream is longer than anything a server of models says. */
export class EventStreamError extends SluiceError {
  override readonly name: string = 'EventStreamError';

  constructor(limit: number) {
    super(`A line of the event stream is longer than ${limit} characters. Check that the address is that of a server which streams events.`, { code: 'EVENT_STREAM_LINE' });
  }
}

// A chunk of a model is some hundred bytes; the longest seen, whole tool arguments, are some ten thousand.
const MAX_LINE = 4_194_304;

/** The parser: bytes in, in any pieces; events out. */
export class ServerSentEventParser {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #afterCarriageReturn = false;
  #type = '';
  #data: string | undefined;

  /** The events that `bytes` complete. Throws {@link EventStreamError}. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The event that the end of the stream completes, if any. */
  flush(): readonly ServerSentEvent[] {
    const events = [...this.#take(this.#decoder.decode())];
    if (this.#rest !== '') this.#line(this.#rest, events);
    this.#rest = '';
    this.#line('', events);
    return events;
  }

  #take(text: string): readonly ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let at = 0;
    if (this.#afterCarriageReturn && text !== '') {
      this.#afterCarriageReturn = false;
      if (text.startsWith('\n')) at = 1;
    }
    for (;;) {
      const end = lineEnd(text, at);
      if (end === -1) break;
      this.#line(this.#rest + text.slice(at, end), events);
      this.#rest = '';
      at = end + 1;
      if (text[end] !== '\r') continue;
      if (at === text.length) this.#afterCarriageReturn = true;
      else if (text[at] === '\n') at++;
    }
    this.#rest += text.slice(at);
    if (this.#rest.length > MAX_LINE) throw new EventStreamError(MAX_LINE);
    return events;
  }

  #line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.#data !== undefined) events.push({ type: this.#type === '' ? 'message' : this.#type, data: this.#data });
      this.#type = '';
      this.#data = undefined;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment: servers send them to keep the connection open
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (field === 'event') this.#type = value;
    else if (field === 'error') events.push({ type: 'error', data: value }); // llama.cpp says so in the middle of a stream
  }
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const carriage = text.indexOf('\r', from);
  return feed === -1 ? carriage : carriage === -1 ? feed : Math.min(feed, carriage);
}

/** The events of a body as they come. The body is cancelled on every path, and as soon as `signal` aborts, also while nobody reads. Throws `AbortedError` naming `what`. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>, what: string, signal?: AbortSignal): AsyncGenerator<ServerSentEvent, undefined> {
  const parser = new ServerSentEventParser();
  for await (const bytes of readBytes(body, what, signal)) yield* parser.push(bytes);
  yield* parser.flush();
  return undefined;
}

/** The bytes of a body as they come, released in the same way. */
export async function* readBytes(body: ReadableStream<Uint8Array>, what: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, undefined> {
  const reader = body.getReader();
  const cancel = (): void => {
    reader.cancel(signal?.reason).catch(() => undefined); // a body that has failed says so to `read`
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await abortable(what, reader.read(), signal);
      if (done) return undefined;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}
