/** A pipeline, a text, a result: for scripts, tests and first steps. */
import type { Clock } from '../base/clock.js';
import type { Data } from '../base/data.js';
import { randomId, type IdSource } from '../base/id.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import type { EventSink } from '../event/sink.js';
import type { Ports } from '../stage/ports.js';
import { PipelineRunner, type Runnable } from './pipeline-runner.js';
import type { RunResult } from './run-result.js';

/** Options of {@link runSimplePipeline}. */
export interface RunSimplePipelineOptions {
  /** @default 'practice' */
  readonly executionMode?: string;
  /** Goes into the snapshot. @default {} */
  readonly metadata?: Readonly<Data> | null;
  /** The conversation, a UUID; give the same one again to go on with it. @default a new one */
  readonly sessionId?: string;
  /** The person, a UUID. @default none */
  readonly userId?: string | null;
  readonly ports?: Ports;
  readonly eventSink?: EventSink;
  readonly signal?: AbortSignal;
  /** Prints events while they come. @default false */
  readonly verbose?: boolean;
  /** ANSI colours in what is printed. @default false */
  readonly colorize?: boolean;
  /** @default random UUIDs */
  readonly ids?: IdSource;
  /** @default systemClock */
  readonly clock?: Clock;
}

const OPTIONS = ['executionMode', 'metadata', 'sessionId', 'userId', 'ports', 'eventSink', 'signal', 'verbose', 'colorize', 'ids', 'clock'];

/** Runs `pipeline` on `inputText` with a new context. Resolves whatever the stages do; see `PipelineRunner.run`. */
export async function runSimplePipeline(pipeline: Runnable, inputText: string, options: RunSimplePipelineOptions = {}): Promise<RunResult> {
  refuseUnknownOptions('runSimplePipeline', options, OPTIONS);
  if (typeof inputText !== 'string') throw new InvalidOptionError('runSimplePipeline.inputText', inputText, 'a string');
  const { executionMode = 'practice', metadata, ids = randomId, verbose = false, colorize = false, eventSink, clock, signal, ports } = options;
  const runner = new PipelineRunner({ verbose, colorize, ids, eventSink, ...(clock === undefined ? {} : { clock }) });
  const context = { inputText, executionMode, metadata: metadata ?? {}, pipelineRunId: ids(), requestId: ids(), sessionId: options.sessionId ?? ids(), userId: options.userId ?? null };
  return runner.run(pipeline, context, { signal, ports });
}
