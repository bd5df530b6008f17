/**
 * Runs turns, one at a time: starts the graph, holds on to what an interruption must reach (the run
 * and its playback), and reports what became of the turn.
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
import type { StageOutput } from '../stage/output.js';
import { redactionsOf } from './redactions.js';
import { SAY_AUDIO, SAY_TEXT, SPEECH_SCOPE, type TurnGraph } from './turn-graph.js';
import { TurnWatch } from './turn-watch.js';
import type { Turn, TurnReport } from './turn.js';
import type { VoiceListener } from './voice-event.js';
import type { Playback } from './voice-output.js';

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
  /** Ends `always` stages when the session ends. */
  readonly sessionSignal: AbortSignal;
}

type Outputs = Readonly<Record<string, StageOutput | undefined>>;

interface Current {
  readonly turn: Turn;
  readonly run: PipelineRun<Record<string, Record<string, unknown>>>;
  playback: Playback | undefined;
  interrupted: boolean;
}

/** One turn after the other. */
export class TurnRunner {
  readonly #options: TurnRunnerOptions;
  #turn: Turn | undefined;
  #current: Current | undefined;

  constructor(options: TurnRunnerOptions) {
    this.#options = options;
  }

  /** The turn under way. */
  get turnId(): string | undefined {
    return this.#turn?.id;
  }

  /** What the user said in the turn under way, if it was spoken. */
  get utterance(): AudioChunk | null {
    return this.#turn?.source === 'voice' ? (this.#turn.audio ?? null) : null;
  }

  /** The answer that plays. */
  get playback(): Playback | undefined {
    return this.#current?.playback;
  }

  /** Called by the playout stage when the answer begins to play. */
  onPlayback(playback: Playback): void {
    const current = this.#current;
    if (current === undefined) return;
    current.playback = playback;
    if (current.interrupted) playback.cut();
    this.#options.emit({ type: 'playback', turnId: current.turn.id, atMs: this.#options.clock.now() });
  }

  /** Called by the captions stage. */
  onText(text: string): void {
    const turnId = this.turnId;
    if (turnId !== undefined) this.#options.emit({ type: 'answerText', turnId, text });
  }

  /** Ends the answer of the turn under way: speech stops, memory is still written. False when there is none. */
  interrupt(reason: string): boolean {
    const current = this.#current;
    if (current === undefined || current.interrupted) return false;
    current.interrupted = true;
    current.playback?.cut();
    void current.run.cancel({ scope: SPEECH_SCOPE, reason });
    return true;
  }

  /** Stops the turn under way and everything it does. */
  async cancel(reason: string): Promise<void> {
    this.#current?.playback?.cut();
    await this.#current?.run.cancel({ reason });
  }

  /** Runs a turn to its end. Never rejects for what a stage does. */
  async run(turn: Turn): Promise<TurnReport> {
    const { clock, emit, sessionSignal } = this.#options;
    const watch = new TurnWatch(turn, clock, this.#options.eventSink, {
      onStageStart: (stage, atMs) => emit({ type: 'stageStart', turnId: turn.id, stage, atMs }),
      onStageEnd: (stage, atMs, status) => emit({ type: 'stageEnd', turnId: turn.id, stage, atMs, status }),
    });
    this.#turn = turn;
    emit({ type: 'turnStart', turnId: turn.id, source: turn.source, atMs: clock.now() });
    const graph = turn.source === 'say' ? this.#options.say : this.#options.turn;
    const run = graph.start(this.#snapshot(turn), undefined, { eventSink: watch, clock, sessionSignal });
    const current: Current = { turn, run, playback: undefined, interrupted: false };
    this.#current = current;
    if (turn.source !== 'say') void this.#showUserText(turn, run, graph);
    let outputs: Outputs;
    let failure: Error | null = null;
    try {
      outputs = await run.results;
    } catch (thrown) {
      failure = toError(thrown);
      outputs = thrown instanceof StageError ? thrown.results : {};
    }
    const report = reportOf(turn, outputs, failure, current.interrupted, watch);
    this.#turn = undefined;
    this.#current = undefined;
    emit({ type: 'turnEnd', turnId: turn.id, report });
    return report;
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
    this.#options.emit({ type: 'userText', turnId: turn.id, text, redactions: redactionsOf(raw, text, guard?.data === undefined ? undefined : (guard.data as Data)['violations']) });
  }
}

/** The text a guard let pass; a guard that failed without saying what may be shown lets nothing pass. */
function guardedText(guard: StageOutput, raw: string): string {
  const transformed = textOf(guard, 'transformedContent');
  if (transformed !== undefined) return transformed;
  return guard.status === 'ok' || guard.status === 'skip' || 'guardrailPassed' in guard.data ? raw : '';
}

function textOf(output: StageOutput | undefined, key: string): string | undefined {
  const value = (output?.data as Data | undefined)?.[key];
  return typeof value === 'string' ? value : undefined;
}

function reportOf(turn: Turn, outputs: Outputs, failure: Error | null, interrupted: boolean, watch: TurnWatch): TurnReport {
  const { stt, guard_input: guard, llm, say, playout } = outputs;
  const raw = textOf(stt, 'transcript') ?? (turn.source === 'say' ? '' : (turn.text ?? ''));
  const generated = textOf(playout, 'generated') ?? textOf(llm, 'response') ?? textOf(say, 'response') ?? '';
  const firstHeard = (playout?.data as Data | undefined)?.['firstHeardAtMs'];
  return {
    turnId: turn.id,
    source: turn.source,
    userText: guard === undefined ? raw : guardedText(guard, raw),
    generated,
    spoken: textOf(playout, 'spoken') ?? (playout === undefined ? generated : ''),
    interrupted: interrupted || (playout?.data as Data | undefined)?.['interrupted'] === true,
    refused: guard?.status === 'fail' && 'guardrailPassed' in guard.data,
    error: failure,
    latency: typeof firstHeard === 'number' ? watch.latency(firstHeard) : null,
    stages: watch.stages,
  };
}
