/**
 * A conversation by voice: the user's voice (or keyboard) in, the assistant's voice out.
 *
 * The session is a live graph that lives as long as the conversation (`turn_detector ~~> turns`); its
 * last stage runs the graph of a turn once per turn. Beside it stands what must not wait for a turn:
 * when the user begins to speak over an answer, the answer is held; when the speech is sure, it is
 * cut; when it was only a noise, the answer goes on from the same sample.
 */
import { AudioChunk } from '../audio/chunk.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { deferred, type Deferred } from '../base/deferred.js';
import { AbortedError, ClosedError, toError } from '../base/errors.js';
import { randomId, type IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import { noopSink, type EventSink } from '../event/sink.js';
import { Pipeline } from '../pipeline/pipeline.js';
import type { PipelineRun } from '../pipeline/run.js';
import type { Stage } from '../stage/stage.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import { Channel } from '../stream/channel.js';
import type { StreamElement } from '../stream/element.js';
import { buildTurnGraphs } from './session-stages.js';
import { TurnDetectorStage } from './turn-detector-stage.js';
import type { TurnGraph } from './turn-graph.js';
import { TurnRunner } from './turn-runner.js';
import { turnElement, turnOf, type Turn, type TurnReport } from './turn.js';
import type { VoiceEvent, VoiceListener, VoiceState } from './voice-event.js';
import type { InputMode, VoiceInput } from './voice-input.js';
import { VOICE_SESSION_OPTIONS, type VoiceSessionOptions } from './voice-session-options.js';

// Longest wait for memory to be written when a session is closed while it speaks.
const CLOSE_GRACE_MS = 2000;

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
  readonly #runner: TurnRunner;
  readonly #run: PipelineRun;
  readonly #waiting = new Map<string, Deferred<TurnReport>>();
  readonly #listeners = new Set<VoiceListener>();
  #state: VoiceState = 'idle';
  #listening = false;
  #hearing = false;
  #capture: Deferred<AudioChunk> | undefined;
  #closing: Promise<void> | undefined;

  /** Use {@link createVoiceSession}. */
  constructor(options: VoiceSessionOptions) {
    refuseUnknownOptions('createVoiceSession', options, VOICE_SESSION_OPTIONS);
    const { clock = systemClock, ids = randomId, eventSink = noopSink, language, voice } = options;
    if (options.tts !== undefined && 'stream' in options.tts && options.output === undefined) throw new InvalidOptionError('createVoiceSession.output', undefined, 'a VoiceOutput, because `tts` gives samples that something must play');
    this.#options = options;
    this.#clock = clock;
    this.#newId = ids;
    this.sessionId = options.sessionId ?? ids();
    const extensions: Data = { ...(language === undefined ? {} : { language }), ...(voice === undefined ? {} : { voice }) };
    const graphs = buildTurnGraphs(options, { onPlayback: (playback) => this.#runner.onPlayback(playback), onText: (text) => this.#runner.onText(text) });
    this.graph = graphs.turn;
    this.#runner = new TurnRunner({ ...graphs, sessionId: this.sessionId, userId: options.userId ?? null, extensions, clock, newId: ids, eventSink, emit: (event) => this.#onTurnEvent(event), sessionSignal: this.#ending.signal });
    this.#run = this.#startGraph(eventSink);
    this.#warmUp();
    if (options.input !== undefined) void this.#pump(options.input);
  }

  /** What the session is doing. */
  get state(): VoiceState {
    return this.#state;
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
    this.#hearing = false;
    await this.#options.input?.stop();
    this.#settleState();
  }

  /** How the microphone tells what is speech. */
  setMode(mode: InputMode): void {
    this.#options.input?.setMode(mode);
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

  /** A turn by keyboard; it goes the same way as a spoken one. An answer that plays is cut. Resolves with what became of it. */
  async send(text: string): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.send.text', text, 'a text that is not blank');
    this.#requireOpen();
    this.interrupt();
    return this.#ask({ id: this.#newId(), source: 'text', text, requestedMs: this.#clock.now() });
  }

  /** Lets the assistant say something by itself, once what it is saying has ended. */
  async say(text: string): Promise<TurnReport> {
    if (typeof text !== 'string' || text.trim() === '') throw new InvalidOptionError('VoiceSession.say.text', text, 'a text that is not blank');
    this.#requireOpen();
    return this.#ask({ id: this.#newId(), source: 'say', text, requestedMs: this.#clock.now() });
  }

  /** Plays a recording, once what is being said has ended. Resolves with what became of it. */
  async play(audio: AudioChunk): Promise<TurnReport> {
    if (!(audio instanceof AudioChunk)) throw new InvalidOptionError('VoiceSession.play.audio', audio, 'an AudioChunk');
    this.#requireOpen();
    return this.#ask({ id: this.#newId(), source: 'say', audio, requestedMs: this.#clock.now() });
  }

  /** What the user said in the turn under way, as audio; `null` for typed turns and between turns. */
  get utterance(): AudioChunk | null {
    return this.#runner.utterance;
  }

  /** The next utterance as audio, instead of a turn: for teaching a word or recording a note. Rejects with `AbortedError` when `signal` aborts. */
  nextUtterance(options: { readonly signal?: AbortSignal } = {}): Promise<AudioChunk> {
    this.#requireOpen();
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(new AbortedError('A wait for speech', signal.reason));
    this.#capture?.reject(new AbortedError('A wait for speech', 'another one began'));
    const capture = deferred<AudioChunk>();
    this.#capture = capture;
    const abort = (): void => {
      if (this.#capture === capture) this.#capture = undefined;
      capture.reject(new AbortedError('A wait for speech', signal?.reason));
    };
    signal?.addEventListener('abort', abort, { once: true });
    return capture.promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Cuts the answer; what was heard of it is remembered. Nothing happens when there is none. */
  interrupt(): void {
    if (this.#runner.interrupt('interrupted')) this.#emit({ type: 'interruption', step: 'committed', atMs: this.#clock.now() });
  }

  /** Stops everything, closes the microphone and the loudspeaker, and waits until all is written. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { input, output } = this.#options;
    this.#inbox.close();
    // An answer that plays is cut, so that memory gets what was heard of it; anything else is stopped.
    if (this.#runner.playback === undefined) void this.#runner.cancel('the session was closed');
    else this.#runner.interrupt('the session was closed');
    const giveUp = this.#clock.after(CLOSE_GRACE_MS, () => void this.#runner.cancel('the session was closed'));
    await this.#run.results.catch(() => undefined); // reported to the listeners when it happened
    giveUp();
    this.#ending.abort(new ClosedError('VoiceSession'));
    for (const waiter of this.#waiting.values()) waiter.reject(new ClosedError('VoiceSession'));
    this.#waiting.clear();
    this.#capture?.reject(new ClosedError('VoiceSession'));
    await Promise.all([input?.close(), output?.close()]);
    this.#setState('closed');
    this.#listeners.clear();
  }

  /** Lets the engines load while the user still thinks; what fails here fails again, and louder, in the first turn. */
  #warmUp(): void {
    const { stt, llm, tts } = this.#options;
    for (const engine of [stt, llm, tts]) {
      if (engine !== undefined && 'warmUp' in engine) engine.warmUp?.().catch((thrown: unknown) => this.#emit({ type: 'error', error: toError(thrown) }));
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new ClosedError('VoiceSession');
  }

  async #ask(turn: Turn): Promise<TurnReport> {
    const waiter = deferred<TurnReport>();
    this.#waiting.set(turn.id, waiter);
    if (!(await this.#inbox.write(turnElement(turn)))) {
      this.#waiting.delete(turn.id);
      throw new ClosedError('VoiceSession');
    }
    return waiter.promise;
  }

  /** Carries the microphone's elements into the session's graph. */
  async #pump(input: VoiceInput): Promise<void> {
    try {
      for await (const item of input.elements) if (!(await this.#inbox.write(item))) return;
    } catch (thrown) {
      this.#emit({ type: 'error', error: toError(thrown) });
    }
  }

  #startGraph(eventSink: EventSink): PipelineRun {
    const detector = new TurnDetectorStage({ onOnset: () => this.#onOnset(), onSpeech: () => this.#onSpeech(), onSpeechEnd: (end) => this.#onSpeechEnd(end.misfire) }, this.#newId);
    const graph = Pipeline.from([
      { name: 'turn_detector', stage: detector },
      { name: 'turns', stage: this.#turnsStage(), streamsFrom: ['turn_detector'] },
    ], { topology: 'voice_session' });
    const run = graph.start({ sessionId: this.sessionId }, this.#inbox, { eventSink, clock: this.#clock });
    run.results.catch((thrown: unknown) => this.#emit({ type: 'error', error: toError(thrown) }));
    return run;
  }

  /** One turn after the other, in the order in which they were asked. */
  #turnsStage(): Stage {
    return {
      name: 'turns',
      kind: StageKind.AGENT,
      type: StageType.SINK,
      execute: async (ctx) => {
        for await (const item of ctx.input) {
          const turn = turnOf(item);
          if (turn === undefined || this.#closing !== undefined) continue;
          if (turn.source === 'voice' && turn.audio !== undefined && this.#capture !== undefined) {
            this.#capture.resolve(turn.audio);
            this.#capture = undefined;
            this.#settleState();
            continue;
          }
          const report = await this.#runner.run(turn);
          this.#waiting.get(turn.id)?.resolve(report);
          this.#waiting.delete(turn.id);
          this.#settleState();
          await this.#apologise(report);
        }
        return StageOutput.ok();
      },
    };
  }

  /** Says what the user would otherwise have to guess: that the turn was refused, or broke. */
  async #apologise(report: TurnReport): Promise<void> {
    const { refusal = 'Sorry, I cannot help with that.', failure = 'Sorry, something went wrong.' } = this.#options;
    const text = report.refused ? refusal : report.error !== null && report.source !== 'say' && !report.interrupted ? failure : null;
    if (report.error !== null && !report.refused) this.#emit({ type: 'error', error: report.error });
    if (text === null || this.#closing !== undefined) return;
    await this.#runner.run({ id: this.#newId(), source: 'say', text, requestedMs: this.#clock.now() });
    this.#settleState();
  }

  #onOnset(): void {
    this.#hearing = true;
    if (this.#interruptible) this.#hold();
    this.#settleState();
  }

  #hold(): void {
    if (this.#runner.playback === undefined) return;
    this.#runner.playback.pause();
    this.#emit({ type: 'interruption', step: 'paused', atMs: this.#clock.now() });
  }

  #onSpeech(): void {
    if (this.#interruptible) this.interrupt();
  }

  #onSpeechEnd(misfire: boolean): void {
    this.#hearing = false;
    if (!misfire) return this.#onSpeech(); // its turn begins at once, and with it the next state
    if (this.#runner.playback !== undefined && this.#interruptible) {
      this.#runner.playback.resume();
      this.#emit({ type: 'interruption', step: 'resumed', atMs: this.#clock.now() });
    }
    this.#settleState();
  }

  get #interruptible(): boolean {
    return this.#options.interruptible ?? true;
  }

  #onTurnEvent(event: VoiceEvent): void {
    this.#emit(event);
    // An answer that becomes ready while the user speaks waits until it is known whether that was speech.
    if (event.type === 'playback' && this.#hearing && this.#interruptible) this.#hold();
    if (event.type === 'turnStart' || event.type === 'playback' || event.type === 'turnEnd') this.#settleState();
  }

  #settleState(): void {
    if (this.#state === 'closed') return;
    if (this.#hearing) this.#setState('hearing');
    else if (this.#runner.playback !== undefined) this.#setState('speaking');
    else if (this.#runner.turnId !== undefined) this.#setState('thinking');
    else this.#setState(this.#listening ? 'listening' : 'idle');
  }

  #setState(state: VoiceState): void {
    const previous = this.#state;
    if (state === previous) return;
    this.#state = state;
    this.#emit({ type: 'state', state, previous });
  }

  #emit(event: VoiceEvent): void {
    for (const listener of this.#listeners) listener(event);
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
