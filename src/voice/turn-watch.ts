/**
 * Watches one run through its events: when each stage began and settled, and the moments from which
 * the latency is computed. It stands between the run and the application's own sink, and passes every
 * event on.
 */
import type { Clock } from '../base/clock.js';
import type { PipelineEvent } from '../event/event.js';
import type { EventSink } from '../event/sink.js';
import type { StageStatus } from '../stage/kind.js';
import { turnLatency, type TurnLatency } from './turn-latency.js';
import type { StageTiming, Turn } from './turn.js';

const STATUS: Readonly<Record<string, StageStatus>> = {
  'stage.completed': 'ok',
  'stage.skipped': 'skip',
  'stage.canceled': 'cancel',
  'stage.failed': 'fail',
};

/** Told of stages as they begin and settle. */
export interface StageListener {
  onStageStart(stage: string, atMs: number): void;
  onStageEnd(stage: string, atMs: number, status: StageStatus): void;
}

/** The watch over one turn. */
export class TurnWatch implements EventSink {
  readonly #turn: Turn;
  readonly #clock: Clock;
  readonly #next: EventSink;
  readonly #listener: StageListener;
  readonly #startMs: number;
  readonly #began = new Map<string, number>();
  readonly #ended = new Map<string, { readonly atMs: number; readonly status: StageStatus }>();
  readonly #moments = new Map<string, number>();

  constructor(turn: Turn, clock: Clock, next: EventSink, listener: StageListener) {
    this.#turn = turn;
    this.#clock = clock;
    this.#next = next;
    this.#listener = listener;
    this.#startMs = clock.now();
  }

  emit(event: PipelineEvent): Promise<void> {
    this.#observe(event);
    return this.#next.emit(event);
  }

  tryEmit(event: PipelineEvent): void {
    this.#observe(event);
    this.#next.tryEmit(event);
  }

  /** Times of the stages so far. */
  get stages(): Readonly<Record<string, StageTiming>> {
    const timings: Record<string, StageTiming> = {};
    for (const [stage, end] of this.#ended) {
      const began = this.#began.get(stage) ?? end.atMs;
      timings[stage] = { startMs: began - this.#startMs, durationMs: end.atMs - began, status: end.status };
    }
    return timings;
  }

  /** The latency of the turn, once its first sound was heard; `deviceMs` is the time from rendering to hearing. */
  latency(firstHeardAtMs: number, deviceMs: number): TurnLatency {
    const { confirmation, speech, requestedMs } = this.#turn;
    const sttEnd = this.#ended.get('stt')?.atMs ?? this.#startMs;
    return turnLatency({
      speechEnd: confirmation?.speech?.endMs ?? speech?.endMs ?? requestedMs,
      turnStart: Math.max(this.#startMs, confirmation?.settledMs ?? 0),
      sttEnd: Math.max(sttEnd, this.#ended.get('memory_fetch')?.atMs ?? sttEnd),
      guardEnd: this.#ended.get('guard_input')?.atMs,
      firstToken: this.#moments.get('voice.first_token'),
      firstPiece: this.#moments.get('voice.first_piece'),
      firstAudio: this.#moments.get('voice.first_audio'),
      firstRendered: firstHeardAtMs - deviceMs,
      firstHeard: firstHeardAtMs,
    });
  }

  /** Milliseconds that the work of the turn had run when the turn was confirmed. */
  get savedMs(): number {
    const settledMs = this.#turn.confirmation?.settledMs;
    if (settledMs === undefined) return 0;
    return Math.max(0, Math.min(settledMs, this.#moments.get('voice.unconfirmed') ?? settledMs) - this.#startMs);
  }

  #observe({ type, data }: PipelineEvent): void {
    const stage = data['stage'];
    if (typeof stage !== 'string') return;
    const atMs = this.#clock.now();
    if (type === 'stage.started' && !this.#began.has(stage)) {
      this.#began.set(stage, atMs);
      this.#listener.onStageStart(stage, atMs);
    } else if (type in STATUS) {
      const status = STATUS[type] as StageStatus; // `type in STATUS`
      this.#ended.set(stage, { atMs, status });
      this.#listener.onStageEnd(stage, atMs, status);
    } else if (type.startsWith('voice.') && !this.#moments.has(type)) {
      const at = data['time_ms'];
      this.#moments.set(type, typeof at === 'number' ? at : atMs);
    }
  }
}
