/**
 * A recogniser for tests: the transcript is the one mapped to the audio's hash, else the next of
 * `transcriptions`. Audio without samples is silence and gives an empty text.
 */
import { AudioChunk } from '../audio/chunk.js';
import { ClosedError } from '../base/errors.js';
import { refuseUnknownOptions, requireBoolean } from '../base/option.js';
import { STTResponse } from '../providers/stt-response.js';
import type { STTCapabilities, STTEvent, STTOptions, STTProvider, STTSession } from '../providers/stt.js';
import type { Word } from '../providers/word.js';
import { Channel } from '../stream/channel.js';
import { md5 } from './md5.js';
import { MOCK_OPTIONS, MockBehaviour, type MockOptions } from './mock-behaviour.js';

/** Options of a {@link MockSTTProvider}; latency defaults to 100 ms, jitter to 20 ms. */
export interface MockSTTProviderOptions extends MockOptions {
  /** Transcripts, one after the other, from the first again after the last. @default ['Mock transcription'] */
  readonly transcriptions?: readonly string[];
  /** Transcripts by {@link audioHash}; the beginning of a hash is enough. */
  readonly audioMap?: Readonly<Record<string, string>>;
  /** Gives varying confidences from 0.85 to 0.99 instead of 1. @default false */
  readonly simulateConfidence?: boolean;
  /** @default 'mock' */
  readonly id?: string;
}

/** A call that a {@link MockSTTProvider} has had. */
export interface MockSTTCall {
  readonly byteLength: number;
  readonly hash: string;
  readonly language: string;
}

/** Name of a piece of audio: the first 16 hexadecimal digits of the MD5 of its bytes. */
export function audioHash(audio: AudioChunk | Uint8Array): string {
  return md5(audio instanceof AudioChunk ? audio.data : audio).slice(0, 16);
}

/** A recogniser that hears what it is told. */
export class MockSTTProvider implements STTProvider {
  readonly id: string;
  readonly capabilities: STTCapabilities = Object.freeze({ interim: true, words: true, endOfTurn: false, local: true });
  readonly #behaviour: MockBehaviour;
  readonly #transcriptions: readonly string[];
  readonly #audioMap: readonly (readonly [string, string])[];
  readonly #simulateConfidence: boolean;
  #history: MockSTTCall[] = [];
  #next = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: MockSTTProviderOptions = {}) {
    refuseUnknownOptions('MockSTTProvider', options, [...MOCK_OPTIONS, 'transcriptions', 'audioMap', 'simulateConfidence', 'id']);
    const { transcriptions = [], audioMap = {}, simulateConfidence = false, id = 'mock' } = options;
    this.#behaviour = new MockBehaviour('MockSTTProvider', options, { latencyMs: 100, latencyJitterMs: 20 });
    this.#transcriptions = transcriptions.length === 0 ? ['Mock transcription'] : [...transcriptions];
    this.#audioMap = Object.entries(audioMap);
    this.#simulateConfidence = requireBoolean('MockSTTProvider.simulateConfidence', simulateConfidence);
    this.id = id;
  }

  /** Recognitions so far, sessions included. */
  get callCount(): number {
    return this.#history.length;
  }

  /** The recognitions so far, oldest first; no audio. */
  get callHistory(): readonly MockSTTCall[] {
    return [...this.#history];
  }

  /** Forgets the calls and begins `transcriptions` anew. */
  reset(): void {
    this.#history = [];
    this.#next = 0;
  }

  /** @inheritdoc */
  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    // Bytes alone are taken as PCM, 16 bits, mono, 16 kHz: 32 bytes a millisecond.
    const durationMs = audio instanceof AudioChunk ? audio.durationMs : audio.byteLength / 32;
    return this.#recognise(audio instanceof AudioChunk ? audio.data : audio, durationMs, options);
  }

  /** @inheritdoc Partials come word by word when the speech is finalized, then the final. */
  async open(options: STTOptions = {}): Promise<STTSession> {
    const events = new Channel<STTEvent>({ capacity: 1024 });
    const pushed: AudioChunk[] = [];
    let utterance = 0;
    const finalize = async (): Promise<void> => {
      const bytes = joined(pushed);
      const durationMs = pushed.reduce((sum, chunk) => sum + chunk.durationMs, 0);
      pushed.length = 0;
      const id = `utterance-${utterance++}`;
      try {
        const response = await this.#recognise(bytes, durationMs, options);
        const words = response.text.split(' ').filter((word) => word !== '');
        for (let n = 1; n < words.length; n++) events.tryWrite({ type: 'partial', id, text: words.slice(0, n).join(' ') });
        events.tryWrite({ type: 'final', id, text: response.text, words: response.words, confidence: response.confidence, language: response.language });
      } catch (error) {
        if (!events.closed) events.tryWrite({ type: 'error', error: error as Error, fatal: false }); // everything here throws Errors
      }
    };
    return {
      push(audio) {
        if (events.closed) throw new ClosedError('STTSession');
        if (pushed.length === 0) events.tryWrite({ type: 'speech-start', timeMs: audio.timestampMs });
        pushed.push(audio);
      },
      finalize() {
        if (events.closed) throw new ClosedError('STTSession');
        void finalize();
      },
      desiredSize: Infinity,
      events,
      close: () => {
        events.close();
        return Promise.resolve();
      },
    };
  }

  async #recognise(bytes: Uint8Array, durationMs: number, options: STTOptions): Promise<STTResponse> {
    const { language = 'en' } = options;
    const hash = audioHash(bytes);
    this.#history.push({ byteLength: bytes.byteLength, hash, language });
    const latencyMs = await this.#behaviour.call(options.signal);
    const text = bytes.byteLength === 0 ? '' : (this.#audioMap.find(([key]) => key !== '' && hash.startsWith(key))?.[1] ?? this.#transcriptions[this.#next++ % this.#transcriptions.length] ?? '');
    const confidence = this.#simulateConfidence ? 0.85 + 0.14 * this.#behaviour.random() : 1;
    return new STTResponse({ text, confidence, durationMs, language, words: spread(text, durationMs), provider: this.id, model: 'mock-stt', latencyMs });
  }
}

/** The words of a text, spread evenly over its audio. */
function spread(text: string, durationMs: number): readonly Word[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.map((word, n) => ({ text: word, startMs: (durationMs * n) / words.length, endMs: (durationMs * (n + 1)) / words.length }));
}

function joined(chunks: readonly AudioChunk[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.data.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk.data, at);
    at += chunk.data.byteLength;
  }
  return bytes;
}
