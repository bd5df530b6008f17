/**
 * Packets that are lost, reordered, doubled and late in; an uninterrupted stream out.
 *
 * Contract for wiring: `insert(sequence, samples)` as packets come, `pull(output)` once per quantum;
 * both on one thread. Time is counted from what was pulled, unless `insert` is given a time. Sequence
 * numbers are whole and rise by one per packet of equal length (unwrap 16-bit numbers before).
 * After construction `pull` does not allocate.
 *
 * What is next goes through a store that the `Splicer` reads at the tempo which `JitterController`
 * asks for:
 *
 * | next packet                                  | the store gets                                   |
 * |----------------------------------------------|--------------------------------------------------|
 * | here                                         | it, cross-faded when a gap was hidden before it   |
 * | missing, later ones here, network loses      | a bridge from both sides of the gap; it is lost   |
 * | missing, later ones here, network reorders   | extension by 1 ms until it comes or its time is up |
 * | missing, nothing later here                  | extension by 1 ms; nothing is lost yet            |
 *
 * Conservation, exact at any moment: `received = played + held + late + duplicate`, and
 * `pulled = silent + played + concealed − stored + repeated − skipped`, in samples.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { Concealer } from './concealer.js';
import { JitterController } from './jitter-controller.js';
import { SampleStore } from './sample-store.js';
import { Splicer } from './splicer.js';

/** How a {@link JitterBuffer} is made. */
export interface JitterBufferOptions {
  /** Rate of packets and output in Hz. */
  readonly sampleRate: number;
  /** Duration of a packet. @default 20 */
  readonly packetMs?: number;
  /** Part of the packets that must be in time; see `JitterController`. @default 0.97 */
  readonly quantile?: number;
  /** Packets held at most. @default 256 */
  readonly maxPackets?: number;
  /** Compiled `audio.wasm`. @default the one loaded by `loadAudio()` */
  readonly module?: WebAssembly.Module;
}

/** Counters of a {@link JitterBuffer}; samples unless named otherwise. */
export interface JitterBufferStats {
  readonly received: number;
  readonly pulled: number;
  /** Output before the first packet was due. */
  readonly silent: number;
  /** Received samples that were due and went into the store. */
  readonly played: number;
  /** Samples made up. */
  readonly concealed: number;
  /** Samples left out by playing faster. */
  readonly skipped: number;
  /** Samples played twice by playing slower. */
  readonly repeated: number;
  /** Received samples that wait before the store. */
  readonly held: number;
  /** Samples in the store: played or concealed, and not yet pulled. */
  readonly stored: number;
  /** Samples of packets that came after their time. */
  readonly late: number;
  /** Samples of packets that were here already. */
  readonly duplicate: number;
  /** Packets whose time passed without them. */
  readonly lostPackets: number;
  /** Level that is aimed at, in milliseconds. */
  readonly targetMs: number;
  /** Level, in milliseconds. */
  readonly levelMs: number;
  /** Place in the stream of the next sample pulled, in samples from the first packet. */
  readonly position: number;
}

const STEP_MS = 1;
const EXTENSION_MS = 120;
const JOIN_MS = 2;
const LONGEST_BRIDGE_PACKETS = 5;
// A longer gap is not a loss but a jump of the sender: the time between is not waited for.
const JUMP_PACKETS = 50;

/** Jitter buffer with concealment and time-stretching. */
export class JitterBuffer {
  readonly #rate: number;
  readonly #size: number;
  readonly #slots: number;
  readonly #packets: Float32Array;
  readonly #present: Uint8Array;
  readonly #controller: JitterController;
  readonly #store: SampleStore;
  readonly #splicer: Splicer;
  readonly #concealer: Concealer;
  readonly #context: Float32Array;
  readonly #extension: Float32Array;
  readonly #piece: Float32Array;
  readonly #step: number;
  readonly #join: number;
  #first = -1;
  #next = -1;
  #newest = -1;
  #started = false;
  #extended = 0;
  #hidden = 0;
  #received = 0;
  #pulled = 0;
  #silent = 0;
  #played = 0;
  #concealed = 0;
  #waiting = 0;
  #late = 0;
  #duplicate = 0;
  #lost = 0;

  constructor(options: JitterBufferOptions) {
    refuseUnknownOptions('JitterBuffer', options, ['sampleRate', 'packetMs', 'quantile', 'maxPackets', 'module']);
    const { packetMs = 20, quantile = 0.97, maxPackets = 256 } = options;
    this.#rate = requireNumber('JitterBuffer.sampleRate', options.sampleRate, { min: 8000, max: 192000 });
    this.#controller = new JitterController({ quantile, packetMs });
    this.#size = requireNumber('JitterBuffer.packetMs · sampleRate / 1000', (packetMs * this.#rate) / 1000, { min: 8, integer: true });
    this.#slots = requireNumber('JitterBuffer.maxPackets', maxPackets, { min: 8, max: 4096, integer: true });
    this.#packets = new Float32Array(this.#slots * this.#size);
    this.#present = new Uint8Array(this.#slots);
    const samples = (ms: number): number => Math.round((ms * this.#rate) / 1000);
    this.#step = samples(STEP_MS);
    this.#join = samples(JOIN_MS);
    this.#splicer = new Splicer(this.#rate, options.module);
    const longest = Math.max(samples(EXTENSION_MS), LONGEST_BRIDGE_PACKETS * this.#size);
    this.#concealer = new Concealer(this.#rate, longest, options.module);
    this.#context = new Float32Array(this.#concealer.context);
    this.#extension = new Float32Array(longest + this.#join);
    this.#piece = new Float32Array(Math.max(this.#size, longest));
    this.#store = new SampleStore(this.#splicer.lookahead * 4 + longest + 2 * this.#size + 8192, this.#concealer.context + 2 * this.#splicer.lookahead);
  }

  /** Counters and levels at this moment. */
  get stats(): JitterBufferStats {
    const held = this.#store.held;
    return {
      received: this.#received,
      pulled: this.#pulled,
      silent: this.#silent,
      played: this.#played,
      concealed: this.#concealed,
      skipped: this.#splicer.skipped,
      repeated: this.#splicer.repeated,
      held: this.#waiting,
      late: this.#late,
      duplicate: this.#duplicate,
      lostPackets: this.#lost,
      targetMs: this.#controller.targetMs,
      levelMs: this.#levelMs(),
      position: this.#next < 0 ? 0 : (this.#next - this.#first) * this.#size - Math.max(0, held - this.#hidden),
      stored: held,
    };
  }

  /** Takes a packet of exactly one packet's length; `atMs` is when it came, on any steady clock. */
  insert(sequence: number, samples: Float32Array, atMs: number = this.#nowMs()): void {
    requireNumber('JitterBuffer.insert sequence', sequence, { min: 0, integer: true });
    requireNumber('JitterBuffer.insert samples length', samples.length, { min: this.#size, max: this.#size });
    this.#received += this.#size;
    if (this.#next < 0) {
      this.#first = sequence;
      this.#next = sequence;
    }
    this.#controller.arrived(sequence - this.#first, atMs);
    if (sequence < this.#next) {
      this.#late += this.#size;
      return;
    }
    // A jump further than can be held: what is held is too old to be worth playing.
    while (sequence - this.#next >= this.#slots) this.#loseNext();
    const slot = sequence % this.#slots;
    if (this.#present[slot] === 1) {
      this.#duplicate += this.#size;
      return;
    }
    this.#present[slot] = 1;
    this.#packets.set(samples, slot * this.#size);
    this.#waiting += this.#size;
    this.#newest = Math.max(this.#newest, sequence);
  }

  /** Fills `output` with the next samples; `nowMs` must be of the clock that `insert` is given. */
  pull(output: Float32Array, nowMs: number = this.#nowMs()): void {
    const count = output.length;
    this.#pulled += count;
    this.#started ||= this.#next >= 0 && this.#levelMs() >= this.#controller.targetMs;
    if (!this.#started) {
      this.#silent += count;
      output.fill(0);
      return;
    }
    // What is made up takes as long as what it stands for, or the credit of a gap would not add up.
    this.#splicer.speed = this.#hidden > 0 ? 1 : this.#controller.tempo(this.#levelMs(), nowMs);
    for (let done = 0; done < count; ) {
      this.#stock(count - done);
      done += this.#splicer.read(this.#store, output, done, count - done);
    }
  }

  #nowMs(): number {
    return (this.#pulled / this.#rate) * 1000;
  }

  /** What is held in one piece, or up to the newest packet where a gap will not be filled. */
  #levelMs(): number {
    let end = this.#next;
    if (this.#controller.expectsLate) while (end >= 0 && end <= this.#newest && this.#present[end % this.#slots] === 1) end++;
    else end = this.#newest + 1;
    return ((Math.max(0, end - this.#next) * this.#size + this.#store.held) / this.#rate) * 1000;
  }

  /** Brings what is next into the store, at least `needed` samples, and more for splices when it is here. */
  #stock(needed: number): void {
    while (this.#store.held < needed + this.#splicer.lookahead && this.#present[this.#next % this.#slots] === 1) this.#appendNext();
    while (this.#store.held < needed) {
      if (this.#present[this.#next % this.#slots] === 1) this.#appendNext();
      else if (this.#newest > this.#next) this.#closeGap();
      else this.#extend();
    }
  }

  #appendNext(): void {
    const slot = this.#next % this.#slots;
    const from = slot * this.#size;
    const piece = this.#piece;
    for (let n = 0; n < this.#size; n++) piece[n] = this.#packets[from + n] as number; // inside the slot
    if (this.#extended > 0) {
      // What was made up goes over into what really came.
      for (let n = 0; n < this.#join; n++) {
        const weight = (n + 1) / (this.#join + 1);
        piece[n] = (piece[n] as number) * weight + (this.#extension[this.#extended + n] ?? 0) * (1 - weight); // join < size
      }
    }
    this.#write(this.#size);
    this.#present[slot] = 0;
    this.#waiting -= this.#size;
    this.#played += this.#size;
    this.#extended = 0;
    this.#hidden = 0;
    this.#next++;
  }

  /** The next packet is missing and later ones are here. */
  #closeGap(): void {
    if (this.#hidden >= this.#size) {
      // Its time was filled while nothing was here.
      this.#hidden -= this.#size;
      this.#loseNext();
      return;
    }
    let missing = 1;
    while (this.#present[(this.#next + missing) % this.#slots] === 0) missing++;
    if (missing >= JUMP_PACKETS && this.#extended > 0) {
      for (let n = 0; n < missing; n++) this.#loseNext();
      return;
    }
    if (this.#extended > 0 || this.#controller.expectsLate || missing > LONGEST_BRIDGE_PACKETS) {
      this.#extend();
      return;
    }
    const length = missing * this.#size;
    const after = ((this.#next + missing) % this.#slots) * this.#size;
    const known = this.#recall();
    // The packet behind the gap is all the context there is on that side.
    this.#concealer.bridge(this.#context, known, this.#packets, after, this.#size, this.#piece, length);
    this.#write(length);
    this.#concealed += length;
    for (let n = 0; n < missing; n++) this.#loseNext();
  }

  #loseNext(): void {
    const slot = this.#next % this.#slots;
    if (this.#present[slot] === 1) {
      this.#present[slot] = 0;
      this.#waiting -= this.#size;
      this.#late += this.#size;
    } else {
      this.#lost++;
    }
    this.#next++;
  }

  /** Adds a step of made-up audio. */
  #extend(): void {
    const room = this.#extension.length - this.#join;
    if (this.#extended === 0) {
      const known = this.#recall();
      this.#concealer.extend(this.#context, known, this.#extension, this.#extension.length);
      // The last fifth goes down to silence.
      const tail = Math.floor(room / 5);
      for (let n = 0; n < tail + this.#join; n++) this.#extension[room - tail + n] = (this.#extension[room - tail + n] as number) * Math.max(0, 1 - n / tail); // inside
    }
    const count = Math.min(this.#step, room - this.#extended);
    for (let n = 0; n < this.#step; n++) this.#piece[n] = n < count ? (this.#extension[this.#extended + n] as number) : 0; // inside
    this.#write(this.#step);
    this.#extended += Math.max(0, count);
    this.#hidden += this.#step;
    this.#concealed += this.#step;
  }

  /** Copies what was written last into the context; returns how much there is. */
  #recall(): number {
    const known = Math.min(this.#context.length, this.#store.end);
    this.#store.copy(this.#store.end - known, this.#context, 0, known);
    return known;
  }

  #write(count: number): void {
    this.#store.write(this.#piece, count);
  }
}
