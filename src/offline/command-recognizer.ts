/**
 * The recogniser that needs no download: it hears the commands of the offline assistant, numbers,
 * digits one by one, and words that the user has taught it, behind the contract of a recogniser.
 * What it does not know gives an empty text, never a guess.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { Data } from '../base/data.js';
import { AbortedError, ClosedError, SluiceError, toError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName, requireNumber } from '../base/option.js';
import { randomId, type IdSource } from '../base/id.js';
import type { STTCapabilities, STTEvent, STTOptions, STTProvider, STTSession } from '../providers/stt.js';
import { STTResponse } from '../providers/stt-response.js';
import { CommandMatcher, MOST_FRAMES, type EarBuffer } from '../speech/command-matcher.js';
import { asChunk, EarAudio } from '../speech/ear-audio.js';
import { taughtWordFromDict, taughtWordToDict, TeachError, type TaughtWord } from '../speech/taught-word.js';
import { VOCABULARY } from '../speech/vocabulary.js';
import { EventQueue } from './event-queue.js';
import { transcriptOf } from './transcript.js';

/** Options of {@link CommandRecognizer}. */
export interface CommandRecognizerOptions {
  /** Words taught before, in the form of `taughtWords()`. @default [] */
  readonly taught?: readonly Data[];
  /** Milliseconds of new audio between two partials of a session. @default 300 */
  readonly partialMs?: number;
  /** Names utterances. @default random UUIDs */
  readonly ids?: IdSource;
  /** A compiled speech.wasm. @default the package's own, compiled at first use */
  readonly module?: WebAssembly.Module;
}

const OPTIONS = ['taught', 'partialMs', 'ids', 'module'];
const MOST_TAUGHT = 50;
const LANGUAGE = 'en';
const MODEL = 'sluice-commands';

/** The vocabulary is full. */
export class TooManyWordsError extends SluiceError {
  override readonly name: string = 'TooManyWordsError';

  constructor() {
    super(`At most ${MOST_TAUGHT} words can be taught. Forget one with forget(word) first.`, { code: 'TOO_MANY_WORDS' });
  }
}

/** A speech-to-text provider for commands that runs on the device. */
export class CommandRecognizer implements STTProvider {
  /** `commands` */
  readonly id: string = 'commands';
  /** Gives partials and words, runs locally; the end of a turn is left to others. */
  readonly capabilities: STTCapabilities = Object.freeze({ interim: true, words: true, endOfTurn: false, local: true });
  readonly #partialMs: number;
  readonly #ids: IdSource;
  readonly #module: WebAssembly.Module | undefined;
  readonly #sessions = new Set<CommandSession>();
  #taught: readonly TaughtWord[];
  #matcher: Promise<CommandMatcher> | undefined;
  #closed = false;

  /** Throws `InvalidOptionError`, or `TeachError` when a stored word cannot be read. */
  constructor(options: CommandRecognizerOptions = {}) {
    refuseUnknownOptions('CommandRecognizer', options, OPTIONS);
    this.#partialMs = requireNumber('CommandRecognizer.partialMs', options.partialMs ?? 300, { min: 50, max: 5000 });
    this.#ids = options.ids ?? randomId;
    this.#module = options.module;
    this.#taught = (options.taught ?? []).map(taughtWordFromDict);
    if (this.#taught.length > MOST_TAUGHT) throw new TooManyWordsError();
  }

  /** Words it knows without being taught. */
  get vocabulary(): readonly string[] {
    return [...VOCABULARY.keys()];
  }

  /** Loads kernel, model and grammar ahead of the first utterance. */
  async warmUp(): Promise<void> {
    (await this.#ready()).hear(new Float32Array(8000));
  }

  /** Recognises a whole utterance: WAV bytes, 16-bit PCM at 16 kHz, or a chunk of any rate. Unknown speech gives an empty text. */
  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    throwIfAborted(options.signal);
    const chunk = asChunk(audio);
    const [matcher, samples] = [await this.#ready(), await earSamples(chunk)];
    throwIfAborted(options.signal);
    const { text, words, confidence } = transcriptOf(matcher.hear(samples));
    return new STTResponse({ text, words, confidence, durationMs: chunk.durationMs, language: LANGUAGE, isFinal: true, provider: this.id, model: MODEL });
  }

  /** Opens a session: push audio, read partials; `finalize()` gives the final and begins the next utterance. */
  async open(options: STTOptions = {}): Promise<STTSession> {
    throwIfAborted(options.signal);
    const matcher = await this.#ready();
    // Chunks come at any rate and push() cannot wait, so the resampler's kernel must be at hand.
    await EarAudio.load(48000);
    throwIfAborted(options.signal);
    const session = new CommandSession(matcher, this.#partialMs, this.#ids, options.signal, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
  }

  /**
   * Teaches a word from recordings of it said alone; three are good. A word taught before is replaced.
   * Throws `TeachError` when there is no speech in a recording, {@link TooManyWordsError} when full.
   */
  async teach(word: string, recordings: readonly (AudioChunk | Uint8Array)[]): Promise<void> {
    requireName('CommandRecognizer.teach.word', word);
    if (VOCABULARY.has(word)) throw new InvalidOptionError('CommandRecognizer.teach.word', word, 'a word that is not in the vocabulary already');
    if (/[[\]<>]/.test(word) || word !== word.trim()) throw new InvalidOptionError('CommandRecognizer.teach.word', word, 'a word without brackets and without spaces at its ends');
    const others = this.#taught.filter((one) => one.word !== word);
    if (others.length >= MOST_TAUGHT) throw new TooManyWordsError();
    if (recordings.length === 0) throw new TeachError('there is no recording');
    const matcher = await this.#ready();
    const samples: Float32Array[] = [];
    for (const recording of recordings) samples.push(await earSamples(asChunk(recording)));
    this.#setTaught(matcher, [...others, matcher.learn(word, samples)]);
  }

  /** Forgets a taught word; false when there was none of that name. */
  async forget(word: string): Promise<boolean> {
    const rest = this.#taught.filter((one) => one.word !== word);
    const found = rest.length < this.#taught.length;
    if (found) this.#setTaught(await this.#ready(), rest);
    return found;
  }

  /** The taught words as plain data, to be stored and passed as `taught`. */
  taughtWords(): readonly Data[] {
    return this.#taught.map(taughtWordToDict);
  }

  /** Closes all sessions; later calls reject with `ClosedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  #setTaught(matcher: CommandMatcher, words: readonly TaughtWord[]): void {
    this.#taught = words;
    matcher.taught = words;
  }

  async #ready(): Promise<CommandMatcher> {
    if (this.#closed) throw new ClosedError('CommandRecognizer');
    this.#matcher ??= CommandMatcher.load(this.#module).then((matcher) => {
      matcher.taught = this.#taught;
      return matcher;
    });
    try {
      return await this.#matcher;
    } catch (error) {
      this.#matcher = undefined; // a later call may succeed, for example after a change of policy
      throw error;
    }
  }
}

async function earSamples(chunk: AudioChunk): Promise<Float32Array> {
  await EarAudio.load(chunk.sampleRate);
  const ear = new EarAudio();
  const head = ear.push(chunk);
  const tail = ear.flush();
  ear.close();
  const all = new Float32Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError('Recognition', signal.reason);
}

class CommandSession implements STTSession {
  readonly #matcher: CommandMatcher;
  readonly #partialMs: number;
  readonly #ids: IdSource;
  readonly #events = new EventQueue<STTEvent>();
  readonly #ear = new EarAudio();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#end();
  readonly #onClose: () => void;
  #buffer: EarBuffer;
  #id: string;
  #startMs: number | undefined;
  #partialAtMs = 0;
  #partialText = '';
  #closed = false;

  constructor(matcher: CommandMatcher, partialMs: number, ids: IdSource, signal: AbortSignal | undefined, onClose: () => void) {
    this.#matcher = matcher;
    this.#partialMs = partialMs;
    this.#ids = ids;
    this.#signal = signal;
    this.#onClose = onClose;
    this.#buffer = matcher.listen();
    this.#id = ids();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get desiredSize(): number {
    return MOST_FRAMES * 10 - this.#buffer.durationMs;
  }

  get events(): AsyncIterable<STTEvent> {
    return this.#events;
  }

  push(audio: AudioChunk): void {
    if (this.#closed) throw new ClosedError('Recognition session');
    try {
      this.#startMs ??= audio.timestampMs;
      this.#buffer.push(this.#ear.push(asChunk(audio)));
    } catch (thrown) {
      this.#events.push({ type: 'error', error: toError(thrown), fatal: true });
      this.#end();
      return;
    }
    if (this.#buffer.durationMs - this.#partialAtMs < this.#partialMs || this.#buffer.durationMs > MOST_FRAMES * 10) return;
    this.#partialAtMs = this.#buffer.durationMs;
    const { text, words } = transcriptOf(this.#matcher.hearRows(this.#buffer.rows(), false), this.#startMs);
    if (text === this.#partialText) return;
    this.#partialText = text;
    this.#events.push({ type: 'partial', id: this.#id, text, words });
  }

  finalize(): void {
    if (this.#closed) throw new ClosedError('Recognition session');
    this.#buffer.push(this.#ear.flush());
    const { text, words, confidence } = transcriptOf(this.#matcher.hearRows(this.#buffer.rows(), true), this.#startMs ?? 0);
    this.#events.push({ type: 'final', id: this.#id, text, words, confidence, language: LANGUAGE });
    this.#buffer = this.#matcher.listen();
    this.#id = this.#ids();
    this.#startMs = undefined;
    this.#partialAtMs = 0;
    this.#partialText = '';
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#ear.close();
    this.#events.end();
    this.#onClose();
  }
}
