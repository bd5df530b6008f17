/**
 * The browser's own speech recognition as an `STTProvider`, on the device where it can be.
 *
 * It takes a live track and no samples, so audio that was recorded is played to it in real time over a
 * track of our own: a turn of two seconds takes two seconds to recognise. A session that is opened
 * while the user still speaks costs nothing extra. Engines that take no track (Safari's) listen to the
 * microphone themselves: they serve sessions, and cannot recognise what was recorded.
 */
import { AudioChunk } from '../audio/chunk.js';
import { systemClock, type Clock } from '../base/clock.js';
import { AbortedError, ClosedError, SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireOneOf } from '../base/option.js';
import { STTResponse } from '../providers/stt-response.js';
import type { STTCapabilities, STTEvent, STTOptions, STTProvider, STTSession } from '../providers/stt.js';
import { Channel } from '../stream/channel.js';
import { browserRecognition, type BrowserRecognition, type RecognitionConstructor, type RecognitionResultEvent } from './recognition-api.js';
import { RecognitionResults } from './recognition-results.js';
import { SoundTrack } from './sound-track.js';

/** The browser could not recognise speech; `reason` is its own word for why. */
export class BrowserRecognitionError extends SluiceError {
  override readonly name: string = 'BrowserRecognitionError';
  /** For example `not-allowed`, `network`, `language-not-supported`, `missing`, `not-on-device`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The browser's speech recognition could not work (${reason}). Use a browser that has it, allow it for this page, or use CommandRecognizer, which needs none of the browser's.`, { code: 'BROWSER_RECOGNITION' });
    this.reason = reason;
  }
}

/** Options of {@link BrowserRecognizer}. */
export interface BrowserRecognizerOptions {
  /** BCP 47 tag; the options of a call take precedence. @default 'en-US' */
  readonly language?: string;
  /** `prefer` recognises on the device where the language is installed, `require` installs it or fails, `never` leaves it to the browser. @default 'prefer' */
  readonly onDevice?: 'prefer' | 'require' | 'never';
  /** @default SpeechRecognition, or webkitSpeechRecognition */
  readonly recognition?: RecognitionConstructor;
  /** Makes the track that recorded audio is played over. @default a {@link SoundTrack} */
  readonly track?: (sampleRate: number) => Pick<SoundTrack, 'track' | 'remainingMs' | 'push' | 'close'>;
  /** @default systemClock */
  readonly clock?: Clock;
}

// Silence behind the last sample, so that the recogniser sees the end of the word.
const TAIL_MS = 300;
// A service answers a stop within this time or not at all.
const END_MS = 5000;
// 200 ms of audio may be under way before a writer is asked to slow down.
const QUEUE_MS = 200;
// An engine that ends as soon as it has started (Safari's in an app on the home screen) will not work however often it is started.
const DEAD_MS = 500;
const DEAD_STARTS = 3;

/** Recognises with the browser's own engine. */
export class BrowserRecognizer implements STTProvider {
  readonly id = 'browser-recognition';
  readonly capabilities: STTCapabilities;
  readonly #options: BrowserRecognizerOptions;
  readonly #clock: Clock;

  constructor(options: BrowserRecognizerOptions = {}) {
    refuseUnknownOptions('BrowserRecognizer', options, ['language', 'onDevice', 'recognition', 'track', 'clock']);
    const onDevice = requireOneOf('BrowserRecognizer.onDevice', options.onDevice ?? 'prefer', ['prefer', 'require', 'never']);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.capabilities = Object.freeze({ interim: true, words: false, endOfTurn: false, local: onDevice === 'require', continues: true });
  }

  /** Plays the utterance to the recogniser and gives what it understood; empty when nothing was. */
  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    const chunk = audio instanceof AudioChunk ? audio : new AudioChunk({ data: audio });
    const startedMs = this.#clock.now();
    // It would listen to the room instead of the recording.
    const Recognition = this.#options.recognition ?? browserRecognition();
    if (Recognition !== undefined && !takesTracks(Recognition)) throw new BrowserRecognitionError('no-recordings');
    const session = await this.#open(options, chunk.sampleRate);
    try {
      session.push(chunk);
      session.finalize();
      const texts = new Map<string, string>();
      let confidence = 0;
      for await (const event of session.events) {
        if (event.type === 'error') throw event.error;
        if (event.type !== 'final') continue;
        if (event.text !== '') {
          texts.set(event.id, event.text);
          confidence = Math.max(confidence, event.confidence ?? 0);
        }
        if (session.finished) break;
      }
      return new STTResponse({ text: [...texts.values()].join(' '), confidence, durationMs: chunk.durationMs, language: options.language ?? this.#options.language ?? 'en-US', provider: this.id, latencyMs: this.#clock.now() - startedMs });
    } catch (error) {
      throw isAborted(options.signal) ? new AbortedError('Recognition', options.signal?.reason) : error;
    } finally {
      await session.close();
    }
  }

  /** Opens a session for audio at 16 kHz, or at the rate of the first chunk. Rejects with {@link BrowserRecognitionError}. */
  open(options: STTOptions = {}): Promise<STTSession> {
    return this.#open(options, 16000);
  }

  async #open(options: STTOptions, sampleRate: number): Promise<RecognitionSession> {
    const Recognition = this.#options.recognition ?? browserRecognition();
    if (Recognition === undefined) throw new BrowserRecognitionError('missing');
    if (options.signal?.aborted === true) throw new AbortedError('Recognition', options.signal.reason);
    const language = options.language ?? this.#options.language ?? 'en-US';
    const local = await this.#isLocal(Recognition, language);
    const recognition = new Recognition();
    recognition.lang = language;
    recognition.continuous = true;
    recognition.interimResults = true;
    recognition.maxAlternatives = 1;
    if (local) recognition.processLocally = true;
    offerPhrases(recognition, options);
    const track = (this.#options.track ?? ((rate) => new SoundTrack(rate)))(sampleRate);
    return new RecognitionSession(recognition, track, takesTracks(Recognition), this.#clock, options.signal);
  }

  async #isLocal(Recognition: RecognitionConstructor, language: string): Promise<boolean> {
    const { onDevice = 'prefer' } = this.#options;
    if (onDevice === 'never') return false;
    const wanted = { langs: [language], processLocally: true };
    // Engines without the question have no recognition on the device; some refuse it by policy.
    const available = (await Recognition.available?.(wanted).catch(() => 'unavailable' as const)) ?? 'unavailable';
    if (available === 'available') return true;
    if (onDevice === 'prefer') return false;
    if (available !== 'unavailable' && (await Recognition.install?.(wanted).catch(() => false)) === true) return true;
    throw new BrowserRecognitionError('not-on-device');
  }
}

// Phrases are a hint; engines that do not know them, or not with this language, recognise without.
function offerPhrases(recognition: BrowserRecognition, { phrases }: STTOptions): void {
  const Phrase = (globalThis as { SpeechRecognitionPhrase?: new (phrase: string, boost?: number) => unknown }).SpeechRecognitionPhrase;
  if (phrases === undefined || phrases.length === 0 || Phrase === undefined || !('phrases' in recognition)) return;
  try {
    recognition.phrases = phrases.map(({ phrase, boost }) => new Phrase(phrase, boost ?? 1));
  } catch {
    recognition.phrases = [];
  }
}

// Tracks came to engines together with the question for languages on the device.
function takesTracks(Recognition: RecognitionConstructor): boolean {
  return Recognition.available !== undefined;
}

// A function, because a signal aborts while one awaits and the compiler does not know.
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

class RecognitionSession implements STTSession {
  readonly #recognition: BrowserRecognition;
  readonly #track: Pick<SoundTrack, 'track' | 'remainingMs' | 'push' | 'close'>;
  readonly #clock: Clock;
  readonly #events = new Channel<STTEvent>({ capacity: 1024 });
  readonly #signal: AbortSignal | undefined;
  #over: Promise<void> = Promise.resolve();
  readonly #startedMs: number;
  readonly #takesTracks: boolean;
  #cancel: (() => void) | undefined;
  readonly #results = new RecognitionResults();
  #cancelRestart: (() => void) | undefined;
  #begunMs: number;
  #deadStarts = 0;
  #utterance = 0;
  #finalizing = false;
  #finished = false;
  #closed = false;

  constructor(recognition: BrowserRecognition, track: Pick<SoundTrack, 'track' | 'remainingMs' | 'push' | 'close'>, takesTracks: boolean, clock: Clock, signal: AbortSignal | undefined) {
    this.#recognition = recognition;
    this.#takesTracks = takesTracks;
    this.#track = track;
    this.#clock = clock;
    this.#signal = signal;
    this.#startedMs = clock.now();
    this.#begunMs = this.#startedMs;
    recognition.onresult = (event) => this.#result(event);
    recognition.onspeechstart = () => this.#emit({ type: 'speech-start', timeMs: clock.now() - this.#startedMs });
    recognition.onerror = ({ error }) => this.#failed(error);
    recognition.onend = () => this.#ended();
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.#start();
  }

  /** True once `finalize` has been answered. */
  get finished(): boolean {
    return this.#finished;
  }

  get desiredSize(): number {
    return QUEUE_MS - this.#track.remainingMs;
  }

  get events(): AsyncIterable<STTEvent> {
    return this.#events;
  }

  push(audio: AudioChunk): void {
    if (this.#closed) throw new ClosedError('Recognition session');
    this.#track.push(audio);
  }

  finalize(): void {
    if (this.#closed || this.#finalizing) return;
    this.#finalizing = true;
    this.#finished = false;
    this.#cancel = this.#clock.after(this.#track.remainingMs + TAIL_MS, () => {
      this.#recognition.stop();
      this.#cancel = this.#clock.after(END_MS, () => this.#failed('no-answer'));
    });
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#cancel?.();
      this.#cancelRestart?.();
      this.#signal?.removeEventListener('abort', this.#abort);
      this.#recognition.onresult = this.#recognition.onerror = this.#recognition.onspeechstart = this.#recognition.onend = null;
      this.#recognition.abort();
      this.#events.close();
      this.#over = this.#track.close();
    }
    await this.#over;
  }

  readonly #abort = (): void => {
    this.#events.abort(new AbortedError('Recognition', this.#signal?.reason));
    void this.close();
  };

  #start(): void {
    this.#begunMs = this.#clock.now();
    if (this.#takesTracks) this.#recognition.start(this.#track.track);
    else this.#recognition.start();
  }

  #result({ resultIndex, results }: RecognitionResultEvent): void {
    this.#deadStarts = 0;
    for (let n = resultIndex; n < results.length; n++) {
      const result = results[n];
      const best = result?.[0];
      if (result === undefined || best === undefined) continue;
      const text = best.transcript.trim();
      const confidence = Math.min(1, Math.max(0, best.confidence));
      const number = result.isFinal ? this.#results.final({ index: n, text, confidence, atMs: this.#clock.now() }) : this.#results.guess(n);
      if (number === undefined) continue;
      const id = `${this.#utterance}-${number}`;
      this.#emit(result.isFinal ? { type: 'final', id, text, confidence } : { type: 'partial', id, text });
    }
  }

  #failed(reason: string): void {
    // Silence is a result, not an error; `aborted` is what our own abort says.
    if (reason === 'no-speech' || reason === 'aborted') return;
    this.#emit({ type: 'error', error: new BrowserRecognitionError(reason), fatal: true });
    void this.close();
  }

  #ended(): void {
    if (this.#closed) return;
    this.#utterance++;
    this.#results.clear();
    if (this.#finalizing) {
      this.#cancel?.();
      this.#finalizing = false;
      this.#finished = true;
      this.#emit({ type: 'final', id: `${this.#utterance}-end`, text: '' });
    }
    // Engines end by themselves after a while; a session that is open listens on.
    this.#deadStarts = this.#clock.now() - this.#begunMs < DEAD_MS ? this.#deadStarts + 1 : 0;
    if (this.#deadStarts > DEAD_STARTS) return this.#failed('ends-at-once');
    if (this.#deadStarts <= 1) this.#restart();
    else this.#cancelRestart = this.#clock.after(DEAD_MS, () => this.#restart());
  }

  #restart(): void {
    try {
      this.#start();
    } catch {
      this.#failed('not-restarted');
    }
  }

  #emit(event: STTEvent): void {
    // Nobody reads partials of an abandoned session; a full queue drops them instead of growing.
    this.#events.tryWrite(event);
  }
}
