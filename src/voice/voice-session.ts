/**
 * A conversation by voice: the user's voice (or keyboard) in, the assistant's voice out.
 *
 * The session is a live graph that lives as long as the conversation (`turn_detector ~~> turns`); its
 * last stage runs the graph of a turn once per turn. Beside it stands what must not wait for a turn:
 * `SessionEar`, which decides when the user's turn has ended and what a sound over an answer means.
 * The order of the events is documented in `voice-event.ts`.
 */
import { AudioChunk } from '../audio/chunk.js';
import { ClosedError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { Message } from '../context/message.js';
import { SessionCore } from './session-core.js';
import type { TurnGraph } from './turn-graph.js';
import type { Turn, TurnReport } from './turn.js';
import type { VoiceEvent, VoiceListener, VoiceState } from './voice-event.js';
import type { InputMode } from './voice-input.js';
import { requireSessionOptions, type VoiceSessionOptions } from './voice-session-options.js';
import { StatsCounter, type VoiceStats } from './voice-stats.js';

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
  readonly #core: SessionCore;
  readonly #counter = new StatsCounter();
  readonly #listeners = new Set<VoiceListener>();
  #state: VoiceState = 'idle';
  #listening = false;
  #mode: InputMode = 'handsFree';
  #closing: Promise<void> | undefined;

  /** Use {@link createVoiceSession}. */
  constructor(options: VoiceSessionOptions) {
    requireSessionOptions(options);
    this.#options = options;
    this.#core = new SessionCore(options, {
      emit: (event) => this.#onEvent(event),
      onChange: () => this.#settleState(),
      pushToTalk: () => this.#mode === 'hold',
      afterTurn: (report) => this.#apology(report),
      say: (text) => void this.say(text).catch(() => undefined), // refused only when the session was closed meanwhile
    });
    this.sessionId = this.#core.sessionId;
    this.graph = this.#core.graph;
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
    return this.#core.history.messages;
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
    if (this.#core.ear.taking.hearing) this.interrupt();
    return this.#core.ear.taking.commit();
  }

  /** A turn by keyboard; it goes the same way as a spoken one. An answer that plays is cut. Resolves with what became of it. */
  async send(text: string): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.send.text', text, 'a text that is not blank');
    this.#requireOpen();
    this.interrupt();
    return this.#ask({ source: 'text', text });
  }

  /** Lets the assistant say something by itself, once what it is saying has ended. */
  async say(text: string, options: SayOptions = {}): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.say.text', text, 'a text that is not blank');
    refuseUnknownOptions('VoiceSession.say', options, ['interruptible']);
    this.#requireOpen();
    return this.#ask({ source: 'say', text, ...options });
  }

  /** Plays a recording, once what is being said has ended. Resolves with what became of it. */
  async play(audio: AudioChunk, options: SayOptions = {}): Promise<TurnReport> {
    if (!(audio instanceof AudioChunk)) throw new InvalidOptionError('VoiceSession.play.audio', audio, 'an AudioChunk');
    refuseUnknownOptions('VoiceSession.play', options, ['interruptible']);
    this.#requireOpen();
    return this.#ask({ source: 'say', audio, ...options });
  }

  /** What the user said in the turn under way, as audio; `null` for typed turns and between turns. */
  get utterance(): AudioChunk | null {
    return this.#core.runner.utterance;
  }

  /** The next utterance as audio, instead of a turn: for teaching a word or recording a note. Rejects with `AbortedError` when `signal` aborts. */
  nextUtterance(options: { readonly signal?: AbortSignal } = {}): Promise<AudioChunk> {
    this.#requireOpen();
    return this.#core.queue.capture(options.signal);
  }

  /** Cuts the answer, unless it was said as one that must not be interrupted; what was heard of it is remembered. Nothing happens when there is none. */
  interrupt(): void {
    this.#core.runner.interrupt('interrupted');
    this.#core.ear.interruption.settle();
  }

  /** Stops everything, closes the microphone and the loudspeaker, and waits until all is written. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { input, output } = this.#options;
    await this.#core.close();
    await Promise.all([input?.close(), output?.close()]);
    this.#setState('closed');
    this.#listeners.clear();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new ClosedError('VoiceSession');
  }

  #ask(turn: Omit<Turn, 'id' | 'requestedMs'>): Promise<TurnReport> {
    if (turn.source === 'text') this.#core.presence.back();
    return this.#core.ask(this.#turn(turn));
  }

  #turn(turn: Omit<Turn, 'id' | 'requestedMs'>): Turn {
    return { ...turn, id: this.#core.newId(), requestedMs: this.#core.clock.now() };
  }

  /** What the user would otherwise have to guess: that the turn was refused, or broke. */
  #apology(report: TurnReport): Turn | undefined {
    const { refusal = 'Sorry, I cannot help with that.', failure = 'Sorry, something went wrong.' } = this.#options;
    const text = report.refused ? refusal : report.error !== null && report.source !== 'say' && !report.interrupted ? failure : null;
    if (report.error !== null && !report.refused) this.#onEvent({ type: 'error', error: report.error });
    return text === null ? undefined : this.#turn({ source: 'say', text });
  }

  #onEvent(event: VoiceEvent): void {
    this.#counter.count(event);
    for (const listener of this.#listeners) listener(event);
    this.#core.ear.observe(event);
    if (event.type === 'turnStart' && event.source !== 'say') this.#core.presence.back();
    if (event.type === 'turnStart' || event.type === 'playback' || event.type === 'turnEnd') this.#settleState();
  }

  #settleState(): void {
    if (this.#state === 'closed') return;
    if (this.#core.ear.taking.hearing) this.#setState('hearing');
    else if (this.#core.runner.playback !== undefined) this.#setState('speaking');
    else if (this.#core.runner.turnId !== undefined) this.#setState('thinking');
    else this.#setState(this.#listening ? 'listening' : 'idle');
    this.#core.presence.setIdle(this.#state === 'listening');
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
