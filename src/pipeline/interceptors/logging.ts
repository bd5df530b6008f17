/** Writes a line when a stage starts and when it settles: names, times and codes, never content. */
import { refuseUnknownOptions, requireFunction } from '../../base/option.js';
import type { Data } from '../../base/data.js';
import type { StageContext } from '../../stage/context.js';
import type { StageOutput } from '../../stage/output.js';
import { errorFacts } from '../event-reporter.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** What it writes to; `console` is one. */
export interface StageLogger {
  debug(message: string, facts?: Data): void;
  info(message: string, facts?: Data): void;
  warn(message: string, facts?: Data): void;
}

/** Logs stages. */
export class LoggingInterceptor implements Interceptor {
  readonly name = 'logging';
  readonly priority = 5;
  readonly #logger: StageLogger;

  constructor(options: { readonly logger: StageLogger }) {
    refuseUnknownOptions('LoggingInterceptor', options, ['logger']);
    requireFunction('LoggingInterceptor.logger.info', options.logger?.info);
    this.#logger = options.logger;
  }

  /** Logs the start. */
  before(ctx: StageContext, stage: InterceptedStage): void {
    this.#logger.debug('stage started', { stage: stage.name, attempt: ctx.attempt, pipeline_run_id: ctx.pipelineRunId });
  }

  /** Logs the end; failures as warnings. */
  after(ctx: StageContext, output: StageOutput, stage: InterceptedStage): void {
    const facts: Data = { stage: stage.name, status: output.status, attempt: ctx.attempt, pipeline_run_id: ctx.pipelineRunId, elapsed_ms: ctx.timer.elapsedMs() };
    if (output.status === 'fail' || output.status === 'retry') this.#logger.warn('stage failed', { ...facts, ...errorFacts(output) });
    else this.#logger.info('stage settled', facts);
  }
}
