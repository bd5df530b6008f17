/**
 * Samples from an audio worklet to the audio worker: a ring in shared memory where the page is
 * isolated, batches over a port where it is not. Either way the worklet never waits and never
 * allocates while it renders: a full ring or an empty pool drops the newest samples, and the count
 * of what was dropped travels along, so that audio time on the other side stays true.
 *
 * A batch is one `Float32Array` of `batchFrames + 1` values, the last of them the samples dropped
 * before it. It is moved to the worker and moved back when it has been read: the pool turns round.
 */
import { Ring } from '../audio/ring.js';

/** What the sending side is given; survives cloning, a port must be transferred. */
export type SampleSink = { readonly kind: 'ring'; readonly buffer: SharedArrayBuffer } | { readonly kind: 'port'; readonly port: MessagePort; readonly batchFrames: number };

/** What the receiving side is given; survives cloning, a port must be transferred. */
export type SampleSource = { readonly kind: 'ring'; readonly buffer: SharedArrayBuffer } | { readonly kind: 'port'; readonly port: MessagePort };

/** Both ends of one way for samples. */
export interface SampleRoute {
  readonly sink: SampleSink;
  readonly source: SampleSource;
  /** Ports to transfer with the sink and with the source. */
  readonly sinkTransfer: Transferable[];
  readonly sourceTransfer: Transferable[];
}

// A second of audio bridges every pause of a worker that was seen (garbage collection, a page in the background).
const RING_MS = 1000;
// 10 ms: a tenth of the messages of single quanta, at a delay that the recogniser does not notice.
const BATCH_MS = 10;
const POOL = 64;

/** Makes a way for samples at `sampleRate`; shared memory only where the page is isolated. */
export function sampleRoute(sampleRate: number, sharedMemory: boolean): SampleRoute {
  if (sharedMemory && typeof SharedArrayBuffer === 'function') {
    const { buffer } = Ring.create({ capacity: Math.ceil((sampleRate * RING_MS) / 1000), shared: true });
    const shared = { kind: 'ring', buffer: buffer as SharedArrayBuffer } as const; // `shared: true` makes one
    return { sink: shared, source: shared, sinkTransfer: [], sourceTransfer: [] };
  }
  const { port1, port2 } = new MessageChannel();
  const sink: SampleSink = { kind: 'port', port: port1, batchFrames: Math.round((sampleRate * BATCH_MS) / 1000) };
  return { sink, source: { kind: 'port', port: port2 }, sinkTransfer: [port1], sourceTransfer: [port2] };
}

/** The worklet's side. */
export interface SampleSender {
  /** Takes the next samples; never waits, never allocates. Audio thread. */
  push(block: Float32Array): void;
  /** Samples dropped so far. */
  readonly dropped: number;
  close(): void;
}

/** The sending side of a route. */
export function sampleSender(sink: SampleSink): SampleSender {
  return sink.kind === 'ring' ? new Ring(sink.buffer) : new BatchSender(sink.port, sink.batchFrames);
}

class BatchSender implements SampleSender {
  readonly #port: MessagePort;
  readonly #frames: number;
  // Kept full by what the worker gives back; `#free` counts the usable ones from the front.
  readonly #pool: Float32Array[] = [];
  readonly #transfer: Transferable[] = [];
  #free = POOL;
  #current: Float32Array | undefined;
  #filled = 0;
  #dropped = 0;

  constructor(port: MessagePort, batchFrames: number) {
    this.#port = port;
    this.#frames = batchFrames;
    for (let n = 0; n < POOL; n++) this.#pool.push(new Float32Array(batchFrames + 1));
    port.onmessage = (event: MessageEvent<Float32Array>) => {
      if (this.#free < POOL) this.#pool[this.#free++] = event.data;
    };
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(block: Float32Array): void {
    let at = 0;
    while (at < block.length) {
      this.#current ??= this.#free > 0 ? this.#pool[--this.#free] : undefined;
      const batch = this.#current;
      if (batch === undefined) {
        this.#dropped += block.length - at;
        return;
      }
      const count = Math.min(block.length - at, this.#frames - this.#filled);
      for (let n = 0; n < count; n++) batch[this.#filled + n] = block[at + n] as number; // at + n < length
      at += count;
      this.#filled += count;
      if (this.#filled === this.#frames) this.#send(batch);
    }
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  #send(batch: Float32Array): void {
    batch[this.#frames] = this.#dropped;
    this.#transfer[0] = batch.buffer;
    this.#port.postMessage(batch, this.#transfer);
    this.#current = undefined;
    this.#filled = 0;
  }
}

/** The worker's side. */
export interface SampleReceiver {
  /** Samples dropped on the way so far. */
  readonly dropped: number;
  close(): void;
}

/**
 * The receiving side of a route: calls `take` with blocks of at most `blockFrames` samples as they
 * come, each valid during the call only, together with the samples lost before it.
 */
export function sampleReceiver(source: SampleSource, blockFrames: number, take: (block: Float32Array, lost: number) => void): SampleReceiver {
  return source.kind === 'ring' ? new RingReceiver(source.buffer, blockFrames, take) : new BatchReceiver(source.port, take);
}

class RingReceiver implements SampleReceiver {
  readonly #ring: Ring;
  readonly #block: Float32Array;
  readonly #take: (block: Float32Array, lost: number) => void;
  #dropped = 0;

  constructor(buffer: SharedArrayBuffer, blockFrames: number, take: (block: Float32Array, lost: number) => void) {
    this.#ring = new Ring(buffer);
    this.#block = new Float32Array(blockFrames);
    this.#take = take;
    void this.#run();
  }

  get dropped(): number {
    return this.#ring.dropped;
  }

  close(): void {
    this.#ring.close();
  }

  async #run(): Promise<void> {
    const ring = this.#ring;
    const block = this.#block;
    while (!ring.closed) {
      while (ring.available >= block.length && !ring.closed) {
        ring.pop(block);
        const lost = (ring.dropped - this.#dropped) | 0;
        this.#dropped += lost;
        this.#take(block, lost);
      }
      await ring.whenSamples(block.length);
    }
  }
}

class BatchReceiver implements SampleReceiver {
  readonly #port: MessagePort;
  #dropped = 0;

  constructor(port: MessagePort, take: (block: Float32Array, lost: number) => void) {
    this.#port = port;
    port.onmessage = (event: MessageEvent<Float32Array>) => {
      const batch = event.data;
      const frames = batch.length - 1;
      const dropped = batch[frames] as number; // the counter stands behind the samples
      take(batch.subarray(0, frames), dropped - this.#dropped);
      this.#dropped = dropped;
      port.postMessage(batch, [batch.buffer]);
    };
  }

  get dropped(): number {
    return this.#dropped;
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }
}
