/**
 * Typed views of a kernel's memory. Growing a memory detaches every view of it, so views are never
 * kept: they are asked for here, and made anew only when the buffer behind them has changed.
 */

/** A kernel's memory: a `WebAssembly.Memory`, or what stands in for one. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
}

/** The views of one memory; the numbers in them are addresses in bytes, halves, words. */
export class Mailbox {
  readonly #memory: KernelMemory;
  #bytes: Uint8Array<ArrayBuffer>;
  #halves: Uint16Array<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;
  #floats: Float32Array<ArrayBuffer>;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    const buffer = memory.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(buffer);
    this.#halves = new Uint16Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }

  /** The memory as bytes; valid until the kernel's next call. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#current().#bytes;
  }

  /** The memory as unsigned 16-bit numbers; valid until the kernel's next call. */
  get halves(): Uint16Array<ArrayBuffer> {
    return this.#current().#halves;
  }

  /** The memory as signed 32-bit numbers; valid until the kernel's next call. */
  get words(): Int32Array<ArrayBuffer> {
    return this.#current().#words;
  }

  /** The memory as 32-bit floats; valid until the kernel's next call. */
  get floats(): Float32Array<ArrayBuffer> {
    return this.#current().#floats;
  }

  #current(): this {
    const buffer = this.#memory.buffer as ArrayBuffer;
    if (this.#bytes.buffer !== buffer) {
      this.#bytes = new Uint8Array(buffer);
      this.#halves = new Uint16Array(buffer);
      this.#words = new Int32Array(buffer);
      this.#floats = new Float32Array(buffer);
    }
    return this;
  }
}
