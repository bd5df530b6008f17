/**
 * Settings of a pipeline as a whole: buffers, deadlines, what to do about failures. An immutable value;
 * each `with…` gives a changed copy, so that PromptKit's fluent form and one options object are the same.
 */
import { requireClock, systemClock, type Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireBoolean, requireFunction, requireName, requireOneOf } from '../base/option.js';
import { systemRandom, type RandomSource } from '../base/random.js';
import { count, duration, requireFunctions, type RuleCheck } from './rules.js';
import type { StageWrapper } from './spec.js';

/** What happens to the other stages when one fails. */
export type FailureMode =
  /** The run is canceled at once and rejects. */
  | 'fail-fast'
  /** What does not depend on the failed stage still runs; then the run rejects. */
  | 'continue'
  /** As `continue`, but the run resolves, with the failures in its results. */
  | 'best-effort';

/** Options of {@link PipelineConfig}. */
export interface PipelineConfigInit {
  /** Name of the pipeline's shape, for events. @default null */
  readonly topology?: string | null;
  /** Elements that a live edge holds where neither its stage nor its type of content says otherwise. @default 16 */
  readonly channelBufferSize?: number;
  /** Give live edges all four priority lanes; without it only critical elements (interrupts, errors) overtake. @default false */
  readonly priorityQueue?: boolean;
  /** Longest run in milliseconds; 0 is never. @default 0 */
  readonly executionTimeoutMs?: number;
  /** Longest pause without any element or settled stage, in milliseconds; 0 is never. @default 0 */
  readonly idleTimeoutMs?: number;
  /** How long `always` stages and clean-ups may take after the run has ended otherwise, in milliseconds. @default 10000 */
  readonly gracefulShutdownTimeoutMs?: number;
  /** @default 'fail-fast' */
  readonly failureMode?: FailureMode;
  /** Stages of one run that may be under way at once, `always` stages apart. @default unlimited */
  readonly maxConcurrency?: number;
  /** Emit a `stage.wide` and a `pipeline.wide` event with all facts in one. @default false */
  readonly metrics?: boolean;
  /** Emit a `stream.element` event per element that a stage gives, without its content. @default false */
  readonly tracing?: boolean;
  /** Measure how long each stage takes. Off, and with no sink for events, `durationMs` stays null: a look at the clock costs as much as a small stage. @default true */
  readonly timing?: boolean;
  /** Freeze outputs deep and warn about bytes in them. @default false */
  readonly dev?: boolean;
  /** Work done in one go before the host gets a turn, in milliseconds; 0 is no limit. @default 8 */
  readonly timeSliceMs?: number;
  /** Run around each attempt of each stage, the first one outermost. @default [] */
  readonly wrappers?: readonly StageWrapper[];
  /** @default the system's */
  readonly clock?: Clock;
  /** For jitter. @default the system's */
  readonly random?: RandomSource;
}

const FAILURE_MODES: readonly FailureMode[] = ['fail-fast', 'continue', 'best-effort'];

/** Default and check of each setting. */
const SETTINGS: Readonly<Record<Exclude<keyof PipelineConfigInit, 'wrappers'>, readonly [fallback: unknown, check: RuleCheck]>> = {
  topology: [null, (option, value) => value === null || requireName(option, value)],
  channelBufferSize: [16, count],
  priorityQueue: [false, requireBoolean],
  executionTimeoutMs: [0, duration],
  idleTimeoutMs: [0, duration],
  gracefulShutdownTimeoutMs: [10000, duration],
  failureMode: ['fail-fast', (option, value) => requireOneOf(option, value as FailureMode, FAILURE_MODES)],
  maxConcurrency: [Infinity, (option, value) => value === Infinity || count(option, value)],
  metrics: [false, requireBoolean],
  tracing: [false, requireBoolean],
  timing: [true, requireBoolean],
  dev: [false, requireBoolean],
  timeSliceMs: [8, duration],
  clock: [systemClock, requireClock],
  random: [systemRandom, requireFunction],
};

/** Settings of a pipeline. */
export class PipelineConfig implements PipelineConfigInit {
  declare readonly topology: string | null;
  declare readonly channelBufferSize: number;
  /** Whether `channelBufferSize` was given, and so holds for text and audio as well. */
  readonly fixedBufferSize: boolean;
  declare readonly priorityQueue: boolean;
  declare readonly executionTimeoutMs: number;
  declare readonly idleTimeoutMs: number;
  declare readonly gracefulShutdownTimeoutMs: number;
  declare readonly failureMode: FailureMode;
  declare readonly maxConcurrency: number;
  declare readonly metrics: boolean;
  declare readonly tracing: boolean;
  declare readonly timing: boolean;
  declare readonly dev: boolean;
  declare readonly timeSliceMs: number;
  readonly wrappers: readonly StageWrapper[];
  declare readonly clock: Clock;
  declare readonly random: RandomSource;

  /** Throws `InvalidOptionError`. */
  constructor(init: PipelineConfigInit = {}) {
    if (!(init instanceof PipelineConfig)) refuseUnknownOptions('PipelineConfig', init, [...Object.keys(SETTINGS), 'wrappers']);
    const settings: Record<string, unknown> = {};
    for (const [setting, [fallback, check]] of Object.entries(SETTINGS)) {
      const value = init[setting as keyof PipelineConfigInit] ?? fallback;
      check(`PipelineConfig.${setting}`, value);
      settings[setting] = value;
    }
    Object.assign(this, settings);
    this.fixedBufferSize = init instanceof PipelineConfig ? init.fixedBufferSize : init.channelBufferSize !== undefined;
    requireFunctions('PipelineConfig.wrappers', init.wrappers ?? []);
    this.wrappers = Object.freeze([...(init.wrappers ?? [])]);
    Object.freeze(this);
  }

  /** A copy with other settings. */
  with(changes: PipelineConfigInit): PipelineConfig {
    const { fixedBufferSize, channelBufferSize, ...kept } = this;
    return new PipelineConfig({ ...kept, ...(fixedBufferSize ? { channelBufferSize } : {}), ...changes });
  }

  /** A copy whose live edges hold `elements`. */
  withChannelBufferSize(elements: number): PipelineConfig {
    return this.with({ channelBufferSize: elements });
  }

  /** A copy with or without priority lanes. */
  withPriorityQueue(enabled: boolean): PipelineConfig {
    return this.with({ priorityQueue: enabled });
  }

  /** A copy with another deadline of the run; 0 is never. */
  withExecutionTimeout(ms: number): PipelineConfig {
    return this.with({ executionTimeoutMs: ms });
  }

  /** A copy with another idle deadline; 0 is never. */
  withIdleTimeout(ms: number): PipelineConfig {
    return this.with({ idleTimeoutMs: ms });
  }

  /** A copy with another time for clean-ups. */
  withGracefulShutdownTimeout(ms: number): PipelineConfig {
    return this.with({ gracefulShutdownTimeoutMs: ms });
  }

  /** A copy with or without wide events. */
  withMetrics(enabled: boolean): PipelineConfig {
    return this.with({ metrics: enabled });
  }

  /** A copy with or without events per element. */
  withTracing(enabled: boolean): PipelineConfig {
    return this.with({ tracing: enabled });
  }
}

/** The defaults, to be changed by `with…`. */
export function defaultPipelineConfig(): PipelineConfig {
  return new PipelineConfig();
}
