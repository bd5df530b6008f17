/**
 * Buffer between a bursty producer and a steady consumer of audio, in the two forms of the seeds.
 *
 * | form     | made by                            | in         | out                              |
 * |----------|------------------------------------|------------|----------------------------------|
 * | duration | `targetDurationMs, maxDurationMs`… | `addChunk` | `isReady`, `read({ durationMs })` |
 * | bytes    | `maxSize`                          | `write`    | `read(size)`                     |
 *
 * A call of the other form throws and names the right one. Reads give whole frames and, when less is
 * held than asked for, give what there is (a short read), which is reported once per episode.
 * When full, the oldest audio goes, in steps of 50 ms, so that a stalled consumer comes back near the
 * present. Every byte is accounted for: received = read + dropped + buffered.
 */
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean, requireFunction, requireNumber } from '../base/option.js';
import type { EventEmitter, EventMap } from '../event/event.js';
import { ByteRing } from './byte-ring.js';
import type { AudioChunk } from './chunk.js';
import { AudioFormat, bytesPerSample, requireAudioFormat } from './format.js';
import { SequenceMonitor } from './sequence-monitor.js';
import { StreamingBufferStats } from './streaming-buffer-stats.js';

/** A method of the other form of {@link StreamingBuffer} was called. */
export class WrongBufferFormError extends SluiceError {
  override readonly name: string = 'WrongBufferFormError';

  constructor(called: string, form: string, right: string) {
    super(`StreamingBuffer.${called} does not exist in the ${form} form. ${right}`, { code: 'WRONG_BUFFER_FORM' });
  }
}

/** A chunk's rate, channels or format are not the buffer's. */
export class AudioFormatMismatchError extends SluiceError {
  override readonly name: string = 'AudioFormatMismatchError';

  constructor(field: string, given: string | number, wanted: string | number) {
    super(`StreamingBuffer.addChunk got a chunk whose ${field} is ${given}, but this buffer holds ${wanted}. Convert the audio first (Resampler, decodePcm) or create the buffer with that ${field}.`, { code: 'AUDIO_FORMAT_MISMATCH' });
  }
}

/** Options of both forms of {@link StreamingBuffer}. */
export interface StreamingBufferOptions {
  /** Byte form: bytes held at most. Not together with the options below. */
  readonly maxSize?: number;
  /** Duration form: audio held before reading should begin. @default 200 */
  readonly targetDurationMs?: number;
  /** Duration form: audio held at most. @default 2000 */
  readonly maxDurationMs?: number;
  /** Duration form: frames per second. @default 16000 */
  readonly sampleRate?: number;
  /** Duration form: interleaved channels. @default 1 */
  readonly channels?: number;
  /** Duration form: one of the PCM formats. @default 'pcm_16' */
  readonly format?: AudioFormat;
  /** Duration form: leave out numbered chunks that come twice or too late. @default false */
  readonly dropDisordered?: boolean;
  /** Receives `stream.*` events; what it throws is ignored. */
  readonly eventEmitter?: EventEmitter;
}

const COMMON = ['eventEmitter'];
const BYTE_FORM = ['maxSize', ...COMMON];
const DURATION_FORM = ['targetDurationMs', 'maxDurationMs', 'sampleRate', 'channels', 'format', 'dropDisordered', ...COMMON];
/** Oldest audio is dropped in steps of this many milliseconds. */
const DROP_QUANTUM_MS = 50;

/** Smooths audio between producer and consumer. */
export class StreamingBuffer {
  readonly #form: 'byte' | 'duration';
  readonly #ring = new ByteRing();
  readonly #emitter: EventEmitter | undefined;
  readonly #frameBytes: number;
  readonly #bytesPerMs: number;
  readonly #rate: number;
  readonly #channels: number;
  readonly #format: AudioFormat;
  readonly #targetBytes: number;
  readonly #maxBytes: number;
  readonly #maxDurationMs: number;
  readonly #quantum: number;
  readonly #dropDisordered: boolean;
  readonly #sequence = new SequenceMonitor();
  #ready = false;
  #final = false;
  #underrun = false;
  #received = 0;
  #read = 0;
  #dropped = 0;
  // Part of a frame that the durations read so far have left over, so that odd durations do not drift.
  #frameFraction = 0;

  /** Throws `InvalidOptionError` for unknown options, values out of range, or options of both forms. */
  constructor(options: StreamingBufferOptions = {}) {
    this.#form = options.maxSize === undefined ? 'duration' : 'byte';
    refuseUnknownOptions('StreamingBuffer', options, this.#form === 'byte' ? BYTE_FORM : DURATION_FORM);
    this.#emitter = options.eventEmitter === undefined ? undefined : requireFunction('StreamingBuffer.eventEmitter', options.eventEmitter);
    const { targetDurationMs = 200, sampleRate = 16000, channels = 1, format = AudioFormat.PCM_16, dropDisordered = false } = options;
    const { maxDurationMs = Math.max(2000, targetDurationMs) } = options;
    this.#rate = requireNumber('StreamingBuffer.sampleRate', sampleRate, { min: 1, max: 768000 });
    this.#channels = requireNumber('StreamingBuffer.channels', channels, { min: 1, max: 32, integer: true });
    this.#format = requireAudioFormat('StreamingBuffer.format', format);
    this.#dropDisordered = requireBoolean('StreamingBuffer.dropDisordered', dropDisordered);
    const sample = requireNumber("StreamingBuffer.format's bytes per sample (PCM formats only)", bytesPerSample(format), { min: 1 });
    if (this.#form === 'byte') {
      this.#frameBytes = 1;
      this.#bytesPerMs = 0;
      this.#targetBytes = 0;
      this.#maxDurationMs = 0;
      this.#maxBytes = requireNumber('StreamingBuffer.maxSize', options.maxSize, { min: 1, integer: true });
      this.#quantum = 1;
    } else {
      this.#frameBytes = sample * channels;
      this.#bytesPerMs = (sampleRate * this.#frameBytes) / 1000;
      this.#maxDurationMs = requireNumber('StreamingBuffer.maxDurationMs', maxDurationMs, { min: 1 });
      this.#maxBytes = this.#wholeFrames(maxDurationMs * this.#bytesPerMs);
      this.#targetBytes = this.#wholeFrames(requireNumber('StreamingBuffer.targetDurationMs', targetDurationMs, { min: 0, max: maxDurationMs }) * this.#bytesPerMs);
      this.#quantum = Math.max(this.#frameBytes, this.#wholeFrames(DROP_QUANTUM_MS * this.#bytesPerMs));
    }
  }

  /** Preset for conversation: 100 ms before reading begins, at most 500 ms. */
  static voiceChat(options: Omit<StreamingBufferOptions, 'maxSize'> = {}): StreamingBuffer {
    return new StreamingBuffer({ targetDurationMs: 100, maxDurationMs: 500, ...options });
  }

  /** Preset for recording: 500 ms before reading begins, at most 5 s. */
  static recording(options: Omit<StreamingBufferOptions, 'maxSize'> = {}): StreamingBuffer {
    return new StreamingBuffer({ targetDurationMs: 500, maxDurationMs: 5000, ...options });
  }

  /** Milliseconds of whole frames held; 0 in the byte form. */
  get durationMs(): number {
    return this.#bytesPerMs === 0 ? 0 : this.#wholeFrames(this.#ring.size) / this.#bytesPerMs;
  }

  /** Counters and state at this moment. */
  get stats(): StreamingBufferStats {
    return new StreamingBufferStats({
      durationMs: this.durationMs,
      bytesBuffered: this.#ring.size,
      totalReceived: this.#received,
      totalRead: this.#read,
      totalDropped: this.#dropped,
      isReady: this.isReady(),
      underrunActive: this.#underrun,
      missing: this.#sequence.missing,
      duplicates: this.#sequence.duplicates,
      reordered: this.#sequence.reordered,
    });
  }

  /** Bytes held. */
  available(): number {
    return this.#ring.size;
  }

  /** Whether reading should go on: the target was reached (or the last chunk came) and the buffer has not run dry since. The byte form is ready when it holds anything. */
  isReady(): boolean {
    return this.#form === 'byte' ? this.#ring.size > 0 : this.#ready;
  }

  /** Whether the buffer holds its maximum. */
  isFull(): boolean {
    return this.#ring.size >= this.#maxBytes;
  }

  /** Duration form: adds a chunk; returns how many bytes of the oldest audio were dropped for it. Throws {@link AudioFormatMismatchError} when rate, channels or format differ. */
  addChunk(chunk: AudioChunk): number {
    if (this.#form === 'byte') throw new WrongBufferFormError('addChunk', 'byte', 'Use write(bytes), or create the buffer with targetDurationMs and maxDurationMs.');
    if (chunk.sampleRate !== this.#rate) throw new AudioFormatMismatchError('sample rate', chunk.sampleRate, this.#rate);
    if (chunk.channels !== this.#channels) throw new AudioFormatMismatchError('channel count', chunk.channels, this.#channels);
    if (chunk.format !== this.#format) throw new AudioFormatMismatchError('format', chunk.format, this.#format);
    if (chunk.isFinal) this.#final = true;
    if (!this.#judge(chunk)) {
      this.#received += chunk.data.length;
      this.#dropped += chunk.data.length;
      return chunk.data.length;
    }
    return this.#put(chunk.data);
  }

  /** Byte form: adds bytes; returns how many of the oldest were dropped for them. */
  write(data: Uint8Array): number {
    if (this.#form === 'duration') throw new WrongBufferFormError('write', 'duration', 'Use addChunk(chunk), or create the buffer with maxSize.');
    return this.#put(data);
  }

  /**
   * Duration form: `read({ durationMs })`, 20 ms unless said otherwise. Byte form: `read(size)`.
   * Gives whole frames, at most what is held. Throws `InvalidOptionError` for negative amounts.
   */
  read(amount: number | { readonly durationMs?: number } = this.#form === 'byte' ? this.#ring.size : {}): Uint8Array {
    const wanted = typeof amount === 'number' ? this.#sizeWanted(amount) : this.#framesWanted(amount);
    const held = this.#wholeFrames(this.#ring.size);
    if (wanted > held) this.#runDry(wanted, held);
    const bytes = this.#ring.shift(Math.min(wanted, held));
    this.#read += bytes.length;
    return bytes;
  }

  /** Drops everything held, counted as dropped but not reported; reading begins at the target again. Returns the bytes dropped. */
  clear(): number {
    const dropped = this.#ring.skip(this.#ring.size);
    this.#dropped += dropped;
    this.#ready = false;
    this.#final = false;
    this.#underrun = false;
    this.#frameFraction = 0;
    return dropped;
  }

  #wholeFrames(bytes: number): number {
    return Math.floor(bytes / this.#frameBytes + 1e-9) * this.#frameBytes;
  }

  #sizeWanted(size: number): number {
    if (this.#form === 'duration') throw new WrongBufferFormError('read(size)', 'duration', 'Use read({ durationMs }), or create the buffer with maxSize.');
    return requireNumber('StreamingBuffer.read size', size, { min: 0, integer: true });
  }

  #framesWanted(amount: { readonly durationMs?: number }): number {
    if (this.#form === 'byte') throw new WrongBufferFormError('read({ durationMs })', 'byte', 'Use read(size), or create the buffer with targetDurationMs and maxDurationMs.');
    const exact = (requireNumber('StreamingBuffer.read durationMs', amount.durationMs ?? 20, { min: 0 }) * this.#rate) / 1000 + this.#frameFraction;
    const frames = Math.floor(exact + 1e-9);
    this.#frameFraction = Math.max(0, exact - frames);
    return frames * this.#frameBytes;
  }

  #put(data: Uint8Array): number {
    this.#received += data.length;
    this.#ring.push(data);
    const dropped = this.#overflow();
    if (this.#ring.size > 0 && (this.#ring.size >= this.#targetBytes || this.#final)) this.#becomeReady();
    return dropped;
  }

  #overflow(): number {
    const excess = this.#ring.size - this.#maxBytes;
    if (excess <= 0) return 0;
    const steps = Math.ceil(excess / this.#quantum) * this.#quantum;
    // A whole step only while something remains; a buffer smaller than a step loses just the excess.
    const enough = steps < this.#ring.size ? steps : Math.ceil(excess / this.#frameBytes) * this.#frameBytes;
    const dropped = this.#ring.skip(enough);
    this.#dropped += dropped;
    this.#emit('stream.buffer_overflow', { bytes_dropped: dropped, buffer_duration_ms: this.durationMs, max_duration_ms: this.#maxDurationMs });
    return dropped;
  }

  #becomeReady(): void {
    this.#ready = true;
    if (!this.#underrun) return;
    this.#underrun = false;
    this.#emit('stream.buffer_recovered', { buffer_duration_ms: this.durationMs });
  }

  #runDry(requested: number, held: number): void {
    this.#ready = false;
    // After the last chunk an empty buffer is the end, not an underrun.
    if (this.#final || this.#underrun) return;
    this.#underrun = true;
    this.#emit('stream.buffer_underrun', { bytes_requested: requested, bytes_available: held, buffer_duration_ms: this.durationMs });
  }

  /** Whether the chunk is to be kept. */
  #judge(chunk: AudioChunk): boolean {
    const expected = this.#sequence.expected;
    const verdict = this.#sequence.observe(chunk.sequence);
    if (verdict === 'inOrder' || verdict === 'restart') return true;
    this.#emit('stream.sequence_anomaly', { kind: verdict, expected, received: chunk.sequence });
    return verdict === 'gap' || !this.#dropDisordered;
  }

  #emit<N extends keyof BufferEvents>(type: N, data: BufferEvents[N]): void {
    try {
      this.#emitter?.(type, { ...data });
    } catch {
      // Telemetry never breaks audio: what an emitter throws is its owner's affair.
    }
  }
}

/** Events of {@link StreamingBuffer}; the last one tells of gaps, duplicates and reordering by sequence number. */
type BufferEvents = Pick<EventMap, 'stream.buffer_overflow' | 'stream.buffer_underrun' | 'stream.buffer_recovered'> & {
  'stream.sequence_anomaly': { readonly kind: 'gap' | 'duplicate' | 'late'; readonly expected: number; readonly received: number };
};
