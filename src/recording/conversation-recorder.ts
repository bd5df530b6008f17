/**
 * Records a voice session as it was: the user on the left, the assistant as it was heard on the right, on one clock,
 * with its cuts and pauses; and what was said, with times. Sound flows into a sink, so that memory does not grow with
 * the length of the recording.
 *
 * A microphone hands out sound only while somebody speaks: between utterances the left track is silent by design.
 * What a guard refused or redacted is silenced before it is written.
 */
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError, SluiceError, toError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { Redaction, TurnReport } from '../voice/turn.js';
import type { VoiceEvent, VoiceListener } from '../voice/voice-event.js';
import type { VoiceOutput } from '../voice/voice-output.js';
import type { VoiceSessionOptions } from '../voice/voice-session-options.js';
import { loadAudio } from '../wasm/audio-load.js';
import { wavEncoder, type RecordingEncoder, type RecordingEncoderFactory } from './recording-encoder.js';
import type { RecordingSink } from './recording-sink.js';
import { SpokenAnswer } from './spoken-answer.js';
import { TappedInput } from './tapped-input.js';
import { TappedPlayback } from './tapped-playback.js';
import { SpokenPieces, tapRecogniser } from './tapped-voice.js';
import { Timeline, TRACKS } from './timeline.js';
import type { TranscriptSegment, TranscriptWord } from './transcript.js';
import { Utterances, type RedactionChoice } from './utterances.js';

/** What a recording is told of a turn before its sound is written. */
export interface RecordedTurn {
  readonly report: TurnReport;
  /** What the input guard hid in the text. */
  readonly redactions: readonly Redaction[];
  /** Words as they were recognised, in milliseconds from the start of the utterance; empty where the recogniser tells no times. */
  readonly words: readonly TranscriptWord[];
}

/** Options of a {@link ConversationRecorder}. */
export interface ConversationRecorderOptions {
  readonly sink: RecordingSink;
  /** @default wavEncoder */
  readonly encoder?: RecordingEncoderFactory;
  /** Frames per second of the recording. @default 24000 */
  readonly sampleRate?: number;
  /** The recording stops by itself at this length. @default 3600000, one hour */
  readonly maxMs?: number;
  /** The recording stops by itself once the file is as large as this. @default 1073741824, 1 GiB */
  readonly maxBytes?: number;
  /** Decides what of the user's voice is kept. @default turns that a guard refused or redacted are silenced */
  readonly redact?: (turn: RecordedTurn) => RedactionChoice;
  /** Told when a recording stops by itself, or breaks. */
  readonly onStop?: (reason: 'maxMs' | 'maxBytes' | 'error', error?: Error) => void;
  /** The session's clock. @default systemClock */
  readonly clock?: Clock;
}

/** What a recording came to. */
export interface Recording {
  readonly mimeType: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly transcript: readonly TranscriptSegment[];
}

// How often playbacks are looked at, and sound is written.
const TICK_MS = 50;
// Sound is placed at most this long after it was heard: pre-roll, confirmation and the way from the worker.
const SETTLE_MS = 2000;
// A turn that is not decided by then is silenced: twice the longest turn, and a slow answer.
const HOLD_MS = 180_000;

interface Active {
  readonly timeline: Timeline;
  readonly encoder: RecordingEncoder;
  readonly utterances: Utterances;
  readonly startMs: number;
}

/**
 * The recorder. `tap` the options of a session, `follow` the session, then `start` and `stop`, as often as wanted with
 * a new recorder each.
 *
 * @example
 * const file = memorySink();
 * const recorder = new ConversationRecorder({ sink: file });
 * const session = recorder.follow(createVoiceSession(recorder.tap({ llm: new OfflineAgent() })));
 * await recorder.start();
 * await session.send('what is two plus two');
 * const { durationMs, transcript } = await recorder.stop();
 */
export class ConversationRecorder {
  readonly #options: ConversationRecorderOptions;
  readonly #clock: Clock;
  readonly #sampleRate: number;
  readonly #maxMs: number;
  readonly #maxBytes: number;
  readonly #pieces = new SpokenPieces();
  readonly #playbacks = new Set<TappedPlayback>();
  readonly #segments: TranscriptSegment[] = [];
  readonly #redactions = new Map<string, readonly Redaction[]>();
  readonly #places = new Map<string, { readonly start: number; readonly end: number; readonly muted: boolean }>();
  #words: readonly TranscriptWord[] = [];
  #answer: SpokenAnswer | undefined;
  #active: Active | undefined;
  #state: 'new' | 'recording' | 'stopped' = 'new';
  #cancelTick: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #unfollow: (() => void) | undefined;

  constructor(options: ConversationRecorderOptions) {
    refuseUnknownOptions('ConversationRecorder', options, ['sink', 'encoder', 'sampleRate', 'maxMs', 'maxBytes', 'redact', 'onStop', 'clock']);
    if (typeof options.sink?.write !== 'function') throw new InvalidOptionError('ConversationRecorder.sink', options.sink, 'a RecordingSink (memorySink(), fileSink(file) or streamSink(stream))');
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#sampleRate = requireNumber('ConversationRecorder.sampleRate', options.sampleRate ?? 24000, { min: 8000, max: 96000, integer: true });
    this.#maxMs = requireNumber('ConversationRecorder.maxMs', options.maxMs ?? 3_600_000, { min: 1 });
    this.#maxBytes = requireNumber('ConversationRecorder.maxBytes', options.maxBytes ?? 1_073_741_824, { min: 1024 });
  }

  /** True while sound is recorded. */
  get recording(): boolean {
    return this.#state === 'recording';
  }

  /** The same options of a session, seen through by this recorder. */
  tap(options: VoiceSessionOptions): VoiceSessionOptions {
    const { input, output, stt, tts } = options;
    return {
      ...options,
      ...(input === undefined ? {} : { input: new TappedInput(input, (item) => { if (this.#state === 'recording') this.#active?.utterances.take(item, this.#clock.now()); }) }),
      ...(output === undefined ? {} : { output: this.#tapOutput(output) }),
      ...(stt === undefined ? {} : { stt: tapRecogniser(stt, ({ words }) => { this.#words = words.map(({ text, startMs, endMs }) => ({ text, startMs, endMs })); }) }),
      ...(tts === undefined || !('stream' in tts) ? {} : { tts: this.#pieces.tap(tts) }),
    };
  }

  /** Follows a session that was made with the tapped options; returns it. */
  follow<S extends { subscribe(listener: VoiceListener): () => void }>(session: S): S {
    this.#unfollow?.();
    this.#unfollow = session.subscribe((event) => this.#onEvent(event));
    return session;
  }

  /** Begins; the moment of the call is the start of the recording. A recorder records once: rejects with `ClosedError` afterwards. */
  async start(): Promise<void> {
    if (this.#state !== 'new') throw new ClosedError('ConversationRecorder');
    this.#state = 'recording';
    const startMs = this.#clock.now();
    const timeline = new Timeline(this.#sampleRate, startMs);
    this.#active = { timeline, utterances: new Utterances(timeline), startMs, encoder: (this.#options.encoder ?? wavEncoder)(this.#options.sink, { sampleRate: this.#sampleRate, channels: TRACKS.length }) };
    await loadAudio(); // for rates other than the recording's
    this.#tick();
  }

  /** Ends: what was heard up to now is written, the file is completed and the sink closed. Rejects with the error of the sink. */
  async stop(): Promise<Recording> {
    const active = this.#active;
    if (active === undefined) throw new SluiceError('The recorder was not started. Call start() before stop().', { code: 'NOT_RECORDING' });
    const endMs = Math.min(this.#clock.now(), active.startMs + this.#maxMs);
    if (this.#state === 'recording') this.#end(active, endMs);
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    return { mimeType: active.encoder.mimeType, durationMs: (active.timeline.taken / this.#sampleRate) * 1000, bytes: active.encoder.bytes, transcript: [...this.#segments].sort((a, b) => a.startMs - b.startMs) };
  }

  #end(active: Active, endMs: number): void {
    this.#state = 'stopped';
    this.#cancelTick?.();
    this.#unfollow?.();
    for (const playback of this.#playbacks) playback.observe();
    this.#playbacks.clear();
    active.utterances.end();
    this.#enqueue(active, active.timeline.frameAt(endMs));
    this.#writing = this.#writing.then(async () => {
      if (this.#failure === undefined) await active.encoder.finish();
    }).catch((thrown: unknown) => this.#fail(thrown)).then(() => this.#options.sink.close()).catch((thrown: unknown) => this.#fail(thrown));
  }

  #tapOutput(output: VoiceOutput): VoiceOutput {
    const recorder = this;
    return {
      start: () => output.start(),
      close: () => output.close(),
      get latencyMs() {
        return output.latencyMs;
      },
      begin() {
        const inner = output.begin();
        const active = recorder.#active;
        if (active === undefined || recorder.#state !== 'recording') return inner;
        const answer = new SpokenAnswer(active.timeline, recorder.#pieces);
        recorder.#answer = answer;
        const playback = new TappedPlayback(inner, { sampleRate: recorder.#sampleRate, now: () => recorder.#clock.now(), frameAt: (atMs) => active.timeline.frameAt(atMs) }, answer);
        recorder.#playbacks.add(playback);
        void playback.done.finally(() => recorder.#playbacks.delete(playback)).catch(() => undefined); // the stage that plays gets it
        return playback;
      },
    };
  }

  #onEvent(event: VoiceEvent): void {
    const { utterances } = this.#active ?? {};
    if (utterances === undefined || this.#state !== 'recording') return;
    if (event.type === 'turnStart' && event.source === 'voice') utterances.assign(event.turnId);
    else if (event.type === 'released') utterances.release();
    else if (event.type === 'userText') this.#redactions.set(event.turnId, event.redactions);
    else if (event.type === 'playback') this.#answered(event.turnId, utterances);
    else if (event.type === 'turnEnd') this.#turn(event.report, utterances);
  }

  /** An answer that plays was let through by the guard: its question need not wait for the end of the answer. */
  #answered(turnId: string, utterances: Utterances): void {
    const redactions = this.#redactions.get(turnId);
    if (this.#options.redact === undefined && redactions !== undefined) this.#decide(turnId, redactions.length > 0 ? 'mute' : 'keep', utterances);
  }

  #decide(turnId: string, choice: RedactionChoice, utterances: Utterances): void {
    const spoken = utterances.of(turnId);
    const [first, last] = [spoken[0], spoken.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#places.set(turnId, { start: first.start, end: last.end, muted: choice === 'mute' });
    utterances.decide(turnId, choice);
  }

  #turn(report: TurnReport, utterances: Utterances): void {
    const { turnId } = report;
    const redactions = this.#redactions.get(turnId) ?? [];
    const words = report.source === 'voice' ? this.#words : [];
    if (utterances.of(turnId).length > 0) this.#decide(turnId, this.#choice({ report, redactions, words }), utterances);
    const said = this.#places.get(turnId);
    this.#places.delete(turnId);
    this.#redactions.delete(turnId);
    this.#words = [];
    if (said !== undefined && report.userText !== '' && !report.refused) {
      const startMs = (said.start / this.#sampleRate) * 1000;
      // Words of a text that a guard has changed would say what it hid.
      const kept = redactions.length > 0 ? [] : words.map((word) => ({ text: word.text, startMs: startMs + word.startMs, endMs: startMs + word.endMs }));
      this.#segments.push({ speaker: 'user', startMs, endMs: (said.end / this.#sampleRate) * 1000, text: report.userText, words: kept, interrupted: false, muted: said.muted });
    }
    const place = this.#answer?.place;
    if (this.#answer !== undefined && place !== undefined && report.spoken !== '') this.#segments.push({ speaker: 'assistant', ...place, text: report.spoken, words: this.#answer.words, interrupted: report.interrupted, muted: false });
    this.#answer = undefined;
  }

  #choice(turn: RecordedTurn): RedactionChoice {
    const { redact } = this.#options;
    if (redact === undefined) return turn.report.refused || turn.redactions.length > 0 ? 'mute' : 'keep';
    try {
      return redact(turn);
    } catch (thrown) {
      // A hook that breaks must not let through what it was to hide.
      this.#options.onStop?.('error', toError(thrown));
      return 'mute';
    }
  }

  /** Looks at the playbacks, writes what is settled, and comes again. */
  #tick(): void {
    const active = this.#active;
    if (active === undefined || this.#state !== 'recording') return;
    const now = this.#clock.now();
    for (const playback of this.#playbacks) playback.observe();
    active.utterances.expire(active.timeline.frameAt(now - HOLD_MS));
    const settled = active.timeline.frameAt(now - SETTLE_MS);
    this.#enqueue(active, Math.min(settled, active.utterances.firstUndecided ?? settled));
    if (now - active.startMs >= this.#maxMs) return this.#stopItself(active, active.startMs + this.#maxMs, 'maxMs');
    if (active.encoder.bytes >= this.#maxBytes) return this.#stopItself(active, now, 'maxBytes');
    this.#cancelTick = this.#clock.after(TICK_MS, () => {
      // The next look waits for the sink, so that a slow one is not given more than it takes.
      void this.#writing.then(() => this.#tick());
    });
  }

  #stopItself(active: Active, endMs: number, reason: 'maxMs' | 'maxBytes'): void {
    this.#end(active, endMs);
    this.#options.onStop?.(reason);
  }

  #enqueue(active: Active, end: number): void {
    const samples = active.timeline.take(Math.min(end, Math.round((this.#maxMs / 1000) * this.#sampleRate)));
    if (samples.length === 0) return;
    this.#writing = this.#writing.then(async () => {
      if (this.#failure === undefined) await active.encoder.write(samples);
    }).catch((thrown: unknown) => this.#fail(thrown));
  }

  #fail(thrown: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = toError(thrown);
    const active = this.#active;
    if (this.#state === 'recording' && active !== undefined) this.#end(active, this.#clock.now());
    this.#options.onStop?.('error', this.#failure);
  }
}
