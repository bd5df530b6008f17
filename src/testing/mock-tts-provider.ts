/**
 * A voice for tests: a quiet tone whose length and pitch follow from the text alone, so that the same
 * text always gives the same bytes. Streams keep the pace of speech on the given clock.
 */
import { AudioChunk } from '../audio/chunk.js';
import { sleep } from '../base/clock.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../providers/tts.js';
import { MOCK_OPTIONS, MockBehaviour, type MockOptions } from './mock-behaviour.js';

/** Options of a {@link MockTTSProvider}; latency defaults to 50 ms. */
export interface MockTTSProviderOptions extends MockOptions {
  /** Frames per second. @default 16000 */
  readonly sampleRate?: number;
  /** Bytes of audio for each character (UTF-16 unit); even, because a sample has two bytes. @default 100 */
  readonly bytesPerChar?: number;
  /** Duration of a streamed chunk; the last one may be shorter. @default 100 */
  readonly chunkDurationMs?: number;
  /** @default 'mock' */
  readonly id?: string;
}

/** Options of a stream, beside the usual ones. */
export interface MockTTSStreamOptions extends TTSOptions {
  /** Duration of a chunk in milliseconds. @default that of the provider */
  readonly chunkDurationMs?: number;
}

/** A call that a {@link MockTTSProvider} has had. */
export interface MockTTSCall {
  readonly method: 'synthesize' | 'stream';
  readonly text: string;
  readonly voice: string;
}

/** A voice that hums. */
export class MockTTSProvider implements TTSProvider {
  readonly id: string;
  readonly sampleRate: number;
  readonly capabilities: TTSCapabilities = Object.freeze({ streamingInput: true, words: true, pcm: true, local: true });
  readonly #behaviour: MockBehaviour;
  readonly #bytesPerChar: number;
  readonly #chunkDurationMs: number;
  #history: MockTTSCall[] = [];

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: MockTTSProviderOptions = {}) {
    refuseUnknownOptions('MockTTSProvider', options, [...MOCK_OPTIONS, 'sampleRate', 'bytesPerChar', 'chunkDurationMs', 'id']);
    const { sampleRate = 16000, bytesPerChar = 100, chunkDurationMs = 100, id = 'mock' } = options;
    this.#behaviour = new MockBehaviour('MockTTSProvider', options, { latencyMs: 50, latencyJitterMs: 0 });
    this.sampleRate = requireNumber('MockTTSProvider.sampleRate', sampleRate, { min: 1000, integer: true });
    this.#bytesPerChar = requireNumber('MockTTSProvider.bytesPerChar', bytesPerChar, { min: 2, integer: true });
    if (bytesPerChar % 2 !== 0) throw new InvalidOptionError('MockTTSProvider.bytesPerChar', bytesPerChar, 'an even number');
    this.#chunkDurationMs = requireNumber('MockTTSProvider.chunkDurationMs', chunkDurationMs, { min: 1 });
    this.id = id;
  }

  /** Calls so far, of both kinds. */
  get callCount(): number {
    return this.#history.length;
  }

  /** The calls so far, oldest first; a stream's text is what it had taken. */
  get callHistory(): readonly MockTTSCall[] {
    return [...this.#history];
  }

  /** Forgets the calls. */
  reset(): void {
    this.#history = [];
  }

  /** @inheritdoc */
  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    this.#history.push({ method: 'synthesize', text, voice: options.voice ?? 'default' });
    await this.#behaviour.call(options.signal);
    return this.#tone(text);
  }

  /** @inheritdoc Word times are exact: each character takes the same time. */
  async *stream(text: string | AsyncIterable<string>, options: MockTTSStreamOptions = {}): AsyncGenerator<TTSEvent, void, undefined> {
    const chunkDurationMs = requireNumber('MockTTSProvider.stream.chunkDurationMs', options.chunkDurationMs ?? this.#chunkDurationMs, { min: 1 });
    const call = this.#history.push({ method: 'stream', text: '', voice: options.voice ?? 'default' }) - 1;
    const { clock } = this.#behaviour;
    await this.#behaviour.call(options.signal);
    const chunkBytes = Math.max(1, Math.round((this.sampleRate * chunkDurationMs) / 1000)) * 2;
    const startMs = clock.now();
    let chars = 0;
    let sequence = 0;
    let givenMs = 0;
    for await (const piece of typeof text === 'string' ? [text] : text) {
      const said = this.#history[call];
      if (said !== undefined) this.#history[call] = { ...said, text: said.text + piece };
      yield* this.#words(piece, chars);
      const audio = this.#tone(piece);
      for (let at = 0; at < audio.length; at += chunkBytes) {
        const waitMs = startMs + givenMs - clock.now();
        if (waitMs > 0 || options.signal?.aborted === true) await sleep(clock, Math.max(0, waitMs), options.signal);
        const chunk = new AudioChunk({ data: audio.subarray(at, at + chunkBytes), sampleRate: this.sampleRate, timestampMs: givenMs, sequence: sequence++ });
        givenMs += chunk.durationMs;
        yield { type: 'audio', chunk };
      }
      chars += piece.length;
    }
    yield { type: 'finish', characters: chars };
  }

  *#words(piece: string, offset: number): Generator<TTSEvent> {
    const charMs = (this.#bytesPerChar / 2 / this.sampleRate) * 1000;
    for (const match of piece.matchAll(/\S+/g)) {
      const charStart = offset + match.index;
      const charEnd = charStart + match[0].length;
      yield { type: 'word', text: match[0], charStart, charEnd, startMs: charStart * charMs, endMs: charEnd * charMs };
    }
  }

  #tone(text: string): Uint8Array {
    const bytes = new Uint8Array(text.length * this.#bytesPerChar);
    const view = new DataView(bytes.buffer);
    const perChar = this.#bytesPerChar / 2;
    for (let n = 0; n < text.length * perChar; n++) {
      // The pitch of a character is its code, folded into 200 to 455 Hz; a tenth of full scale.
      const frequency = 200 + (text.charCodeAt(Math.floor(n / perChar)) & 255);
      view.setInt16(n * 2, Math.round(3277 * Math.sin((2 * Math.PI * frequency * n) / this.sampleRate)), true);
    }
    return bytes;
  }
}
