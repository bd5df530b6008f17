/**
 * Only the newest value over a port: levels for drawing. The next one is sent when the reader has
 * answered for the last, so a busy page gets fewer levels and never a backlog of old ones.
 */

/** The sending end. */
export class LatestWriter<T> {
  readonly #port: MessagePort;
  #waiting = false;
  #next: T | undefined;

  /** The port belongs to this end from now on. */
  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = () => {
      this.#waiting = false;
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined) this.write(next);
    };
  }

  /** True when a value written now would be sent at once. */
  get ready(): boolean {
    return !this.#waiting;
  }

  /** Sends the value now or, unless a newer one comes first, when the reader is ready. */
  write(value: T): void {
    if (this.#waiting) {
      this.#next = value;
      return;
    }
    this.#waiting = true;
    this.#port.postMessage(value);
  }

  /** Ends this end. */
  close(): void {
    this.#next = undefined;
    this.#port.onmessage = null;
    this.#port.close();
  }
}

/** Calls `take` with values as they come; the returned function ends that and closes the port. */
export function readLatest<T>(port: MessagePort, take: (value: T) => void): () => void {
  port.onmessage = (event: MessageEvent<T>) => {
    take(event.data);
    port.postMessage(null);
  };
  return () => {
    port.onmessage = null;
    port.close();
  };
}
