/**
 * A conversation by voice: the user's voice (or keyboard) in, the assistant's voice out.
 *
 * The session is a live graph that lives as long as the conversation (`turn_detector ~~> turns`); its
 * last stage runs the graph of a turn once per turn. Beside it stands what must not wait for a turn:
 * `SessionEar`, which decides when the user's turn has ended and what a sound over an answer means.
 * The order of the events is documented in `voice-event.ts`.
 */
import { AudioChunk } from '../audio/chunk.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { ClosedError, toError } from '../base/errors.js';
import { randomId, type IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions, requireNumber } from '../base/option.js';
import type { Message } from '../context/message.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { Pipeline } from '../pipeline/pipeline.js';
import type { PipelineRun } from '../pipeline/run.js';
import { Channel } from '../stream/channel.js';
import type { StreamElement } from '../stream/element.js';
import { Presence } from './presence.js';
import { SessionEar } from './session-ear.js';
import { SessionRecognizer } from './session-recognizer.js';
import { buildTurnGraphs } from './session-stages.js';
import { confirmed } from './turn-confirmation.js';
import { TurnDetectorStage } from './turn-detector-stage.js';
import type { TurnGraph } from './turn-graph.js';
import { TurnHistory } from './turn-history.js';
import { TurnJournal } from './turn-journal.js';
import { TurnQueue } from './turn-queue.js';
import { TurnRunner } from './turn-runner.js';
import { turnElement, type Turn, type TurnReport } from './turn.js';
import type { VoiceEvent, VoiceListener, VoiceState } from './voice-event.js';
import type { InputMode, VoiceInput } from './voice-input.js';
import { VOICE_SESSION_OPTIONS, type VoiceSessionOptions } from './voice-session-options.js';
import { StatsCounter, type VoiceStats } from './voice-stats.js';
import { VoiceTelemetry } from './voice-telemetry.js';

// Longest wait for memory to be written when a session is closed while it speaks.
const CLOSE_GRACE_MS = 2000;
// Tokens of the past in a prompt where no memory says how many: the default of `MemoryConfig`.
const HISTORY_TOKENS = 4000;

/** How the assistant says something by itself. */
export interface SayOptions {
  /** Whether speech over it may interrupt it. @default true */
  readonly interruptible?: boolean;
}

/** A conversation. Make one with {@link createVoiceSession}. */
export class VoiceSession {
  /** The conversation's id, under which memory keeps it. */
  readonly sessionId: string;
  /** The graph of a turn, for drawing. */
  readonly graph: TurnGraph;
  readonly #options: VoiceSessionOptions;
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #inbox = new Channel<StreamElement>({ capacity: 1024 });
  readonly #ending = new AbortController();
  readonly #history: TurnHistory;
  readonly #runner: TurnRunner;
  readonly #queue: TurnQueue;
  readonly #detector: TurnDetectorStage;
  readonly #ear: SessionEar;
  readonly #presence: Presence;
  readonly #counter = new StatsCounter();
  readonly #run: PipelineRun;
  readonly #listeners = new Set<VoiceListener>();
  #state: VoiceState = 'idle';
  #listening = false;
  #mode: InputMode = 'handsFree';
  #closing: Promise<void> | undefined;

  /** Use {@link createVoiceSession}. */
  constructor(options: VoiceSessionOptions) {
    refuseUnknownOptions('createVoiceSession', options, VOICE_SESSION_OPTIONS);
    const { clock = systemClock, ids = randomId, eventSink = noopSink, language, voice, input, output, interruptedMarker = null, stt } = options;
    if (options.tts !== undefined && 'stream' in options.tts && output === undefined) throw new InvalidOptionError('createVoiceSession.output', undefined, 'a VoiceOutput, because `tts` gives samples that something must play');
    this.#options = options;
    this.#clock = clock;
    this.#newId = ids;
    this.sessionId = options.sessionId ?? ids();
    const extensions: Data = { ...(language === undefined ? {} : { language }), ...(voice === undefined ? {} : { voice }) };
    const recognizer = stt === undefined ? undefined : new SessionRecognizer(stt, (text) => this.#ear.addressedText(text));
    const emit = (event: VoiceEvent): void => this.#onEvent(event);
    this.#history = new TurnHistory({ newId: ids, interruptedMarker, maxTokens: options.memoryConfig?.maxTokens ?? HISTORY_TOKENS });
    this.#ear = new SessionEar(options, {
      input, clock, newId: ids, emit,
      runner: () => this.#runner,
      stt: recognizer,
      onTurn: (turn) => this.#detector.onTurn(turn),
      onChange: () => this.#settleState(),
      mayBeginEarly: () => !this.#queue.capturing,
      pushToTalk: () => this.#mode === 'hold',
    });
    this.#presence = new Presence({
      clock,
      awayMs: options.awayMs,
      idlePrompts: options.idlePrompts,
      onAway: (count) => emit({ type: 'away', count, atMs: clock.now() }),
      say: (text) => void this.say(text).catch(() => undefined), // refused only when the session was closed meanwhile
    });
    const telemetry = options.tracing === undefined ? undefined : new VoiceTelemetry(options.tracing, { sessionId: this.sessionId, provider: options.llm.id, clock });
    const journal = this.#journal();
    const graphs = buildTurnGraphs(options, {
      journal,
      onPlayback: (playback, heard) => this.#runner.onPlayback(playback, heard),
      onText: (text) => this.#runner.onText(text),
      confirmed: (ctx) => confirmed(this.#runner.turn, ctx),
      history: this.#history,
      stt: recognizer,
      wrappers: telemetry === undefined ? [] : [telemetry.wrapper],
      sessionSignal: this.#ending.signal,
    });
    this.graph = graphs.turn;
    this.#runner = new TurnRunner({
      ...graphs, extensions, clock, emit, eventSink,
      sessionId: this.sessionId,
      userId: options.userId ?? null,
      newId: ids,
      history: this.#history,
      telemetry,
      journal,
      captions: options.captions === true,
      latencyMs: () => output?.latencyMs ?? 0,
      sessionSignal: this.#ending.signal,
    });
    this.#queue = new TurnQueue({ runner: this.#runner, onIdle: () => this.#settleState(), afterTurn: (report) => this.#apology(report) });
    this.#detector = new TurnDetectorStage(this.#ear.taking);
    this.#run = this.#startGraph(eventSink);
    this.#warmUp();
    if (input !== undefined) void this.#pump(input);
  }

  /** What the session is doing. */
  get state(): VoiceState {
    return this.#state;
  }

  /** Figures so far. */
  get stats(): VoiceStats {
    return this.#counter.stats;
  }

  /** The conversation of this session, oldest first: of each answer `spoken` is what was heard, `generated` what the model wrote. */
  get history(): readonly Message[] {
    return this.#history.messages;
  }

  /** Calls `listener` with everything that happens; the returned function ends that. */
  subscribe(listener: VoiceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the loudspeaker and begins to listen. Rejects with the error of the device. Call it from a user's gesture. */
  async start(): Promise<void> {
    this.#requireOpen();
    await this.#options.output?.start();
    await this.#options.input?.start();
    this.#listening = this.#options.input !== undefined;
    this.#settleState();
  }

  /** Stops listening; a turn under way is finished, and `start` may follow. */
  async stop(): Promise<void> {
    this.#listening = false;
    await this.#options.input?.stop();
    this.#settleState();
  }

  /** How the microphone tells what is speech. In mode `hold` a turn ends when the button is released. */
  setMode(mode: InputMode): void {
    this.#options.input?.setMode(mode);
    this.#mode = mode;
  }

  /** Push-to-talk: the user begins to speak. An answer that plays is cut. */
  hold(): void {
    this.interrupt();
    this.#options.input?.hold();
  }

  /** Push-to-talk: the user has spoken. */
  release(): void {
    this.#options.input?.release();
  }

  /** Ends the user's turn now, with what was said until now. An answer that plays is cut. False when nothing was said. */
  commit(): boolean {
    this.#requireOpen();
    if (this.#ear.taking.hearing) this.interrupt();
    return this.#ear.taking.commit();
  }

  /** A turn by keyboard; it goes the same way as a spoken one. An answer that plays is cut. Resolves with what became of it. */
  async send(text: string): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.send.text', text, 'a text that is not blank');
    this.#requireOpen();
    this.interrupt();
    return this.#ask({ id: this.#newId(), source: 'text', text, requestedMs: this.#clock.now() });
  }

  /** Lets the assistant say something by itself, once what it is saying has ended. */
  async say(text: string, options: SayOptions = {}): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.say.text', text, 'a text that is not blank');
    refuseUnknownOptions('VoiceSession.say', options, ['interruptible']);
    this.#requireOpen();
    return this.#ask({ id: this.#newId(), source: 'say', text, requestedMs: this.#clock.now(), ...options });
  }

  /** Plays a recording, once what is being said has ended. Resolves with what became of it. */
  async play(audio: AudioChunk, options: SayOptions = {}): Promise<TurnReport> {
    if (!(audio instanceof AudioChunk)) throw new InvalidOptionError('VoiceSession.play.audio', audio, 'an AudioChunk');
    refuseUnknownOptions('VoiceSession.play', options, ['interruptible']);
    this.#requireOpen();
    return this.#ask({ id: this.#newId(), source: 'say', audio, requestedMs: this.#clock.now(), ...options });
  }

  /** What the user said in the turn under way, as audio; `null` for typed turns and between turns. */
  get utterance(): AudioChunk | null {
    return this.#runner.utterance;
  }

  /** The next utterance as audio, instead of a turn: for teaching a word or recording a note. Rejects with `AbortedError` when `signal` aborts. */
  nextUtterance(options: { readonly signal?: AbortSignal } = {}): Promise<AudioChunk> {
    this.#requireOpen();
    return this.#queue.capture(options.signal);
  }

  /** Cuts the answer, unless it was said as one that must not be interrupted; what was heard of it is remembered. Nothing happens when there is none. */
  interrupt(): void {
    this.#runner.interrupt('interrupted');
    this.#ear.interruption.settle();
  }

  /** Stops everything, closes the microphone and the loudspeaker, and waits until all is written. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { input, output } = this.#options;
    this.#queue.stop();
    this.#presence.close();
    this.#ear.interruption.settle();
    this.#ear.taking.drop();
    this.#inbox.close();
    // An answer that plays is cut, so that memory gets what was heard of it; anything else is stopped.
    if (this.#runner.playback === undefined) void this.#runner.cancel('the session was closed');
    else this.#runner.interrupt('the session was closed', { force: true });
    const giveUp = this.#clock.after(CLOSE_GRACE_MS, () => void this.#runner.cancel('the session was closed'));
    await this.#run.results.catch(() => undefined); // reported to the listeners when it happened
    this.#ear.taking.drop(); // what was on its way when the inbox was closed may have begun an utterance
    giveUp();
    this.#ending.abort(new ClosedError('VoiceSession'));
    this.#queue.close();
    await Promise.all([input?.close(), output?.close()]);
    this.#setState('closed');
    this.#listeners.clear();
  }

  /** Where memory is kept, the turn under way is kept too. */
  #journal(): TurnJournal | undefined {
    const { memory, journalMs = 1000 } = this.#options;
    if (memory === undefined || journalMs === null) return undefined;
    const everyMs = requireNumber('createVoiceSession.journalMs', journalMs, { min: 100, max: 600000 });
    return new TurnJournal({ store: memory, sessionId: this.sessionId, clock: this.#clock, everyMs, entryId: this.#history.entryId });
  }

  /** Lets the engines load while the user still thinks; what fails here fails again, and louder, in the first turn. */
  #warmUp(): void {
    const { stt, llm, tts } = this.#options;
    for (const engine of [stt, llm, tts]) {
      if (engine !== undefined && 'warmUp' in engine) engine.warmUp?.().catch((thrown: unknown) => this.#onEvent({ type: 'error', error: toError(thrown) }));
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new ClosedError('VoiceSession');
  }

  #ask(turn: Turn): Promise<TurnReport> {
    if (turn.source === 'text') this.#presence.back();
    return this.#queue.ask(turn, (asked) => this.#inbox.write(turnElement(asked)));
  }

  /** Carries the microphone's elements into the session's graph. */
  async #pump(input: VoiceInput): Promise<void> {
    try {
      for await (const item of input.elements) if (!(await this.#inbox.write(item))) return;
    } catch (thrown) {
      this.#onEvent({ type: 'error', error: toError(thrown) });
    }
  }

  #startGraph(eventSink: EventSink): PipelineRun {
    const graph = Pipeline.from([
      { name: 'turn_detector', stage: this.#detector },
      { name: 'turns', stage: this.#queue.stage, streamsFrom: ['turn_detector'], capacity: 1024 },
    ], { topology: 'voice_session' });
    const run = graph.start({ sessionId: this.sessionId }, this.#inbox, { eventSink, clock: this.#clock });
    run.results.catch((thrown: unknown) => this.#onEvent({ type: 'error', error: toError(thrown) }));
    return run;
  }

  /** What the user would otherwise have to guess: that the turn was refused, or broke. */
  #apology(report: TurnReport): Turn | undefined {
    const { refusal = 'Sorry, I cannot help with that.', failure = 'Sorry, something went wrong.' } = this.#options;
    const text = report.refused ? refusal : report.error !== null && report.source !== 'say' && !report.interrupted ? failure : null;
    if (report.error !== null && !report.refused) this.#onEvent({ type: 'error', error: report.error });
    return text === null ? undefined : { id: this.#newId(), source: 'say', text, requestedMs: this.#clock.now() };
  }

  #onEvent(event: VoiceEvent): void {
    this.#counter.count(event);
    for (const listener of this.#listeners) listener(event);
    this.#ear.observe(event);
    if (event.type === 'turnStart' && event.source !== 'say') this.#presence.back();
    if (event.type === 'turnStart' || event.type === 'playback' || event.type === 'turnEnd') this.#settleState();
  }

  #settleState(): void {
    if (this.#state === 'closed') return;
    if (this.#ear.taking.hearing) this.#setState('hearing');
    else if (this.#runner.playback !== undefined) this.#setState('speaking');
    else if (this.#runner.turnId !== undefined) this.#setState('thinking');
    else this.#setState(this.#listening ? 'listening' : 'idle');
    this.#presence.setIdle(this.#state === 'listening');
  }

  #setState(state: VoiceState): void {
    const previous = this.#state;
    if (state === previous) return;
    this.#state = state;
    this.#onEvent({ type: 'state', state, previous });
  }
}

/**
 * Opens a conversation. Nothing is listened to before `start()`; typed turns are answered at once.
 * Throws `InvalidOptionError` for options that do not fit together.
 *
 * @example
 * ```ts
 * const session = createVoiceSession({ llm, stt, tts, input: createMicrophone(), output: createSpeaker(), memory });
 * session.subscribe((event) => { if (event.type === 'turnEnd') console.log(event.report.latency); });
 * await session.start();
 * ```
 */
export function createVoiceSession(options: VoiceSessionOptions): VoiceSession {
  return new VoiceSession(options);
}
