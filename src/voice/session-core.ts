/**
 * The parts of a session, wired: the live graph `turn_detector ~~> turns`, what listens beside it, and
 * what runs its turns. The session adds its state and the calls of the application.
 */
import { systemClock, type Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { ClosedError, toError } from '../base/errors.js';
import { randomId, type IdSource } from '../base/id.js';
import { requireNumber } from '../base/option.js';
import { noopSink } from '../event/sink.js';
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
import type { VoiceEvent } from './voice-event.js';
import type { VoiceInput } from './voice-input.js';
import type { VoiceSessionOptions } from './voice-session-options.js';
import { VoiceTelemetry } from './voice-telemetry.js';

/** What a {@link SessionCore} needs of its session. */
export interface CoreHooks {
  readonly emit: (event: VoiceEvent) => void;
  /** Told when the state of the session may have changed. */
  readonly onChange: () => void;
  readonly pushToTalk: () => boolean;
  /** What the assistant says after a turn; `undefined` is nothing. */
  readonly afterTurn: (report: TurnReport) => Turn | undefined;
  /** Says a text by itself. */
  readonly say: (text: string) => void;
}

// Longest wait for memory to be written when a session is closed while it speaks.
const CLOSE_GRACE_MS = 2000;
// Tokens of the past in a prompt where no memory says how many: the default of `MemoryConfig`.
const HISTORY_TOKENS = 4000;

/** The machinery of one session. */
export class SessionCore {
  readonly sessionId: string;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly graph: TurnGraph;
  readonly history: TurnHistory;
  readonly runner: TurnRunner;
  readonly queue: TurnQueue;
  readonly ear: SessionEar;
  readonly presence: Presence;
  readonly #hooks: CoreHooks;
  readonly #inbox = new Channel<StreamElement>({ capacity: 1024 });
  readonly #ending = new AbortController();
  readonly #detector: TurnDetectorStage;
  readonly #run: PipelineRun;
  #loading: Promise<void> | undefined;

  /** Throws `InvalidOptionError`. */
  constructor(options: VoiceSessionOptions, hooks: CoreHooks) {
    const { clock = systemClock, ids = randomId, eventSink = noopSink, language, voice, input, output, interruptedMarker = null, stt } = options;
    const { emit, onChange, afterTurn } = hooks;
    this.#hooks = hooks;
    this.clock = clock;
    this.newId = ids;
    this.sessionId = options.sessionId ?? ids();
    const recognizer = stt === undefined ? undefined : new SessionRecognizer(stt, (text) => this.ear.addressedText(text));
    this.history = new TurnHistory({ newId: ids, interruptedMarker, maxTokens: options.memoryConfig?.maxTokens ?? HISTORY_TOKENS });
    this.ear = new SessionEar(options, {
      input, clock, newId: ids, emit, onChange,
      pushToTalk: hooks.pushToTalk,
      runner: () => this.runner,
      stt: recognizer,
      onTurn: (turn) => this.#detector.onTurn(turn),
      mayBeginEarly: () => !this.queue.capturing,
    });
    this.presence = new Presence({
      clock,
      awayMs: options.awayMs,
      idlePrompts: options.idlePrompts,
      onAway: (count) => emit({ type: 'away', count, atMs: clock.now() }),
      say: hooks.say,
    });
    const telemetry = options.tracing === undefined ? undefined : new VoiceTelemetry(options.tracing, { sessionId: this.sessionId, provider: options.llm.id, clock });
    const journal = this.#journal(options);
    const graphs = buildTurnGraphs(options, {
      journal,
      onPlayback: (playback, heard) => this.runner.onPlayback(playback, heard),
      onText: (text) => this.runner.onText(text),
      onSilence: (error) => this.#report(error),
      confirmed: (ctx) => confirmed(this.runner.turn, ctx),
      history: this.history,
      stt: recognizer,
      telemetry,
      loading: () => this.#loading,
      sessionSignal: this.#ending.signal,
    });
    const extensions: Data = { ...(language === undefined ? {} : { language }), ...(voice === undefined ? {} : { voice }) };
    this.graph = graphs.turn;
    this.runner = new TurnRunner({
      ...graphs, extensions, clock, emit, eventSink, telemetry, journal,
      sessionId: this.sessionId,
      userId: options.userId ?? null,
      newId: ids,
      history: this.history,
      captions: options.captions === true,
      latencyMs: () => output?.latencyMs ?? 0,
      sessionSignal: this.#ending.signal,
    });
    this.queue = new TurnQueue({ runner: this.runner, onIdle: onChange, afterTurn });
    this.#detector = new TurnDetectorStage(this.ear.taking);
    const graph = Pipeline.from([
      { name: 'turn_detector', stage: this.#detector },
      { name: 'turns', stage: this.queue.stage, streamsFrom: ['turn_detector'], capacity: 1024 },
    ], { topology: 'voice_session' });
    this.#run = graph.start({ sessionId: this.sessionId }, this.#inbox, { eventSink, clock });
    this.#run.results.catch((thrown: unknown) => this.#report(thrown));
    this.#warmUp(options);
    if (input !== undefined) void this.#pump(input);
  }

  /** Puts a turn behind those that wait; resolves with what became of it. */
  ask(turn: Turn): Promise<TurnReport> {
    return this.queue.ask(turn, (asked) => this.#inbox.write(turnElement(asked)));
  }

  /** Stops everything and waits until all is written. */
  async close(): Promise<void> {
    this.queue.stop();
    this.presence.close();
    this.ear.interruption.settle();
    this.ear.taking.drop();
    this.#inbox.close();
    // An answer that plays is cut, so that memory gets what was heard of it; anything else is stopped.
    if (this.runner.playback === undefined) void this.runner.cancel('the session was closed');
    else this.runner.interrupt('the session was closed', { force: true });
    const giveUp = this.clock.after(CLOSE_GRACE_MS, () => void this.runner.cancel('the session was closed'));
    await this.#run.results.catch(() => undefined); // reported to the listeners when it happened
    this.ear.taking.drop(); // what was on its way when the inbox was closed may have begun an utterance
    giveUp();
    this.#ending.abort(new ClosedError('VoiceSession'));
    this.queue.close();
  }

  /** Where memory is kept, the turn under way is kept too. */
  #journal({ memory, journalMs = 1000 }: VoiceSessionOptions): TurnJournal | undefined {
    if (memory === undefined || journalMs === null) return undefined;
    const everyMs = requireNumber('createVoiceSession.journalMs', journalMs, { min: 100, max: 600000 });
    return new TurnJournal({ store: memory, sessionId: this.sessionId, clock: this.clock, everyMs, entryId: this.history.entryId });
  }

  /** Lets the engines load while the user still thinks; what fails here fails again, and louder, in the first turn. */
  #warmUp({ stt, llm, tts }: VoiceSessionOptions): void {
    for (const engine of [stt, llm, tts]) {
      if (engine === undefined || !('warmUp' in engine)) continue;
      const loading = engine.warmUp?.().catch((thrown: unknown) => this.#report(thrown));
      if (engine !== llm || loading === undefined) continue;
      this.#loading = loading;
      void loading.then(() => (this.#loading = undefined));
    }
  }

  /** Carries the microphone's elements into the graph. */
  async #pump(input: VoiceInput): Promise<void> {
    try {
      for await (const item of input.elements) if (!(await this.#inbox.write(item))) return;
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #report(thrown: unknown): void {
    this.#hooks.emit({ type: 'error', error: toError(thrown) });
  }
}
