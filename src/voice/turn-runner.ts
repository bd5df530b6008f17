/**
 * Runs turns, one at a time: starts the graph, holds on to what an interruption must reach (the run
 * and its playback), and reports what became of the turn. What a turn does before it is confirmed is
 * told only then.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { toError } from '../base/errors.js';
import type { IdSource } from '../base/id.js';
import { ContextSnapshot } from '../context/snapshot.js';
import type { EventSink } from '../event/sink.js';
import type { PipelineRun } from '../pipeline/run.js';
import { StageError } from '../stage/errors.js';
import { followHeard } from './captioner.js';
import type { HeardText } from './heard-text.js';
import { redactionsOf } from './redactions.js';
import { cutAfterSentence } from './sentence-cut.js';
import { SAY_AUDIO, SAY_TEXT, SPEECH_SCOPE, type TurnGraph } from './turn-graph.js';
import { guardedText, reportOf, textOf, type TurnOutputs } from './turn-report.js';
import { TurnWatch } from './turn-watch.js';
import type { Turn, TurnReport } from './turn.js';
import type { TurnHistory } from './turn-history.js';
import type { TurnJournal } from './turn-journal.js';
import type { VoiceEvent, VoiceListener } from './voice-event.js';
import type { Playback } from './voice-output.js';
import type { VoiceTelemetry } from './voice-telemetry.js';

/** What a {@link TurnRunner} needs. */
export interface TurnRunnerOptions {
  readonly turn: TurnGraph;
  readonly say: TurnGraph;
  readonly sessionId: string;
  readonly userId: string | null;
  /** Further extensions of every snapshot, for example `language` and `voice`. */
  readonly extensions: Readonly<Data>;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly eventSink: EventSink;
  readonly emit: VoiceListener;
  readonly history: TurnHistory;
  readonly telemetry: VoiceTelemetry | undefined;
  /** Keeps the turn under way where memory is kept. */
  readonly journal: TurnJournal | undefined;
  /** Tell the answer as it is heard. */
  readonly captions: boolean;
  /** Milliseconds from rendering a sample to hearing it. */
  readonly latencyMs: () => number;
  /** Ends `always` stages when the session ends. */
  readonly sessionSignal: AbortSignal;
}

interface Current {
  readonly turn: Turn;
  readonly run: PipelineRun<Record<string, Record<string, unknown>>>;
  playback: Playback | undefined;
  heard: HeardText | undefined;
  interrupted: boolean;
  /** Gives up an interruption that waits for the end of the sentence. */
  giveUpCut: (() => void) | undefined;
}

/** One turn after the other. */
export class TurnRunner {
  readonly #options: TurnRunnerOptions;
  #turn: Turn | undefined;
  #current: Current | undefined;
  #untold: VoiceEvent[] = [];

  constructor(options: TurnRunnerOptions) {
    this.#options = options;
  }

  /** The turn under way, confirmed or not. */
  get turn(): Turn | undefined {
    return this.#turn;
  }

  /** The id of the turn under way; `undefined` while it is not confirmed. */
  get turnId(): string | undefined {
    return isConfirmed(this.#turn) ? this.#turn?.id : undefined;
  }

  /** What the user said in the turn under way, if it was spoken. */
  get utterance(): AudioChunk | null {
    return this.#turn?.source === 'voice' && isConfirmed(this.#turn) ? (this.#turn.audio ?? null) : null;
  }

  /** The answer that plays. */
  get playback(): Playback | undefined {
    return this.#current?.playback;
  }

  /** What was given to the voice of the answer that plays. */
  get answerText(): string {
    return this.#current?.heard?.text ?? '';
  }

  /** Whether an answer is being made or heard that has not been interrupted. */
  get answering(): boolean {
    return this.turnId !== undefined && this.#current?.interrupted === false;
  }

  /** Called by the playout stage when the answer begins to play. */
  onPlayback(playback: Playback, heard?: HeardText): void {
    const current = this.#current;
    if (current === undefined) return;
    current.playback = playback;
    current.heard = heard;
    if (current.interrupted) playback.cut();
    const { emit, clock, captions, journal } = this.#options;
    const turnId = current.turn.id;
    emit({ type: 'playback', turnId, atMs: clock.now() });
    if (heard !== undefined) journal?.playing(turnId, playback, heard);
    if (captions && heard !== undefined) followHeard(playback, heard, clock, (text) => emit({ type: 'caption', turnId, text, atMs: clock.now() }));
  }

  /** Called by the captions stage. */
  onText(text: string): void {
    const turn = this.#turn;
    if (turn !== undefined) this.#tell(turn, { type: 'answerText', turnId: turn.id, text });
  }

  /** Ends the answer of the turn under way: speech stops, memory is still written. False when there is none, or none that may be interrupted. */
  interrupt(reason: string, options: { readonly deferred?: boolean; readonly force?: boolean } = {}): boolean {
    const current = this.#current;
    if (current === undefined || current.interrupted || !isConfirmed(current.turn)) return false;
    if (current.turn.interruptible === false && options.force !== true) return false;
    const { playback, heard } = current;
    if (options.deferred !== true || playback === undefined || heard === undefined) {
      this.#cut(current, reason);
      return true;
    }
    if (current.giveUpCut !== undefined) return true;
    current.giveUpCut = cutAfterSentence({ playback, heard, clock: this.#options.clock, latencyMs: this.#options.latencyMs(), cut: () => this.#cut(current, reason) });
    this.#step('deferred');
    return true;
  }

  /** Stops the turn under way and everything it does. */
  async cancel(reason: string): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    current.interrupted = true;
    current.playback?.cut();
    await current.run.cancel({ reason });
  }

  /** Runs a turn to its end. Never rejects for what a stage does; `undefined` when the turn was taken back. */
  async run(turn: Turn): Promise<TurnReport | undefined> {
    const { clock, history, telemetry, sessionSignal, eventSink, turn: asked, say } = this.#options;
    if (turn.confirmation?.state === 'discarded') return undefined;
    const watch = new TurnWatch(turn, clock, eventSink, {
      onStageStart: (stage, atMs) => this.#tell(turn, { type: 'stageStart', turnId: turn.id, stage, atMs }),
      onStageEnd: (stage, atMs, status) => this.#tell(turn, { type: 'stageEnd', turnId: turn.id, stage, atMs, status }),
    });
    this.#turn = turn;
    this.#untold = [];
    history.begin(turn.id);
    telemetry?.begin(turn);
    this.#options.journal?.begin(turn.id);
    this.#tell(turn, { type: 'turnStart', turnId: turn.id, source: turn.source, atMs: clock.now() });
    const graph = turn.source === 'say' ? say : asked;
    const run = graph.start(this.#snapshot(turn), undefined, { eventSink: watch, clock, sessionSignal });
    const current: Current = { turn, run, playback: undefined, heard: undefined, interrupted: false, giveUpCut: undefined };
    this.#current = current;
    turn.confirmation?.onSettled((yes) => (yes ? this.#tellAll() : void run.cancel({ reason: 'the user went on' })));
    if (turn.source !== 'say') void this.#showUserText(turn, run, graph);
    let outputs: TurnOutputs;
    let failure: Error | null = null;
    try {
      outputs = await run.results;
    } catch (thrown) {
      failure = toError(thrown);
      outputs = thrown instanceof StageError ? thrown.results : {};
    }
    current.giveUpCut?.();
    // A turn that had nothing to wait for, such as one that fails at once, still waits to be confirmed.
    const counts = turn.confirmation === undefined || (await turn.confirmation.settled);
    await this.#options.journal?.finish(); // already done where the turn was written
    const report = counts ? reportOf(turn, outputs, failure, current.interrupted, watch) : undefined;
    this.#turn = undefined;
    this.#current = undefined;
    history.end(turn.id, report);
    telemetry?.end(report);
    if (report !== undefined) this.#options.emit({ type: 'turnEnd', turnId: turn.id, report });
    return report;
  }

  #cut(current: Current, reason: string): void {
    current.interrupted = true;
    current.giveUpCut?.();
    current.playback?.cut();
    void current.run.cancel({ scope: SPEECH_SCOPE, reason });
    this.#step('committed');
  }

  #step(step: 'deferred' | 'committed'): void {
    this.#options.emit({ type: 'interruption', step, atMs: this.#options.clock.now() });
  }

  /** Tells now, or once the turn is confirmed. */
  #tell(turn: Turn, event: VoiceEvent): void {
    if (turn.confirmation?.state === 'discarded') return;
    if (isConfirmed(turn)) this.#options.emit(event);
    else this.#untold.push(event);
  }

  #tellAll(): void {
    for (const event of this.#untold.splice(0)) this.#options.emit(event);
  }

  #snapshot(turn: Turn): ContextSnapshot {
    const { sessionId, userId, extensions, newId } = this.#options;
    const own = turn.source === 'say';
    return new ContextSnapshot({
      pipelineRunId: newId(),
      requestId: newId(),
      sessionId,
      userId,
      interactionId: turn.id,
      inputText: own ? null : (turn.text ?? null),
      inputAudioDurationMs: own || turn.audio === undefined ? null : Math.round(turn.audio.durationMs),
      topology: 'voice',
      extensions: { ...extensions, ...(own ? { [SAY_TEXT]: turn.text ?? '' } : {}), ...(turn.audio === undefined ? {} : { [own ? SAY_AUDIO : 'audio_input']: turn.audio }) },
    });
  }

  /** Shows what the user said as soon as the guard has let it pass, or the recogniser where there is no guard. */
  async #showUserText(turn: Turn, run: Current['run'], graph: TurnGraph): Promise<void> {
    const stages = graph.stageNames;
    const transcript = stages.includes('stt') ? textOf(await run.settled('stt'), 'transcript') : undefined;
    const raw = transcript ?? turn.text ?? '';
    const guard = stages.includes('guard_input') ? await run.settled('guard_input') : undefined;
    const text = guard === undefined ? raw : guardedText(guard, raw);
    this.#tell(turn, { type: 'userText', turnId: turn.id, text, redactions: redactionsOf(raw, text, guard?.data === undefined ? undefined : (guard.data as Data)['violations']) });
    const counts = turn.confirmation === undefined || (await turn.confirmation.settled);
    // Memory is read first: what is asked must not be among what was said before.
    if (stages.includes('memory_fetch')) await run.settled('memory_fetch');
    if (counts && guard?.status !== 'fail') this.#options.journal?.asked(turn.id, text);
  }
}

function isConfirmed(turn: Turn | undefined): boolean {
  return turn?.confirmation === undefined || turn.confirmation.state === 'confirmed';
}
