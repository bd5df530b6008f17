/**
 * A span per stage through OpenTelemetry. The tracer is given by the application (`@opentelemetry/api`'s
 * has this shape), so that the library needs no dependency. Attribute names follow the GenAI semantic
 * conventions, version 1.45.
 */
import { refuseUnknownOptions, requireFunction } from '../../base/option.js';
import type { StageContext } from '../../stage/context.js';
import type { StageOutput } from '../../stage/output.js';
import { errorFacts } from '../event-reporter.js';
import type { InterceptedStage, Interceptor } from './interceptor.js';

/** Values of span attributes. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** The part of an OpenTelemetry span that is used. */
export interface TraceSpan {
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

/** The part of an OpenTelemetry tracer that is used. */
export interface Tracer {
  startSpan(name: string, options?: { readonly attributes?: SpanAttributes; readonly startTime?: number }, context?: never): TraceSpan;
}

/** Options of {@link TracingInterceptor}. */
export interface TracingInterceptorOptions {
  readonly tracer: Tracer;
  /** Parent of the spans: what `context.active()` gives where the run is started, or a function that gives it for each stage. */
  readonly parent?: unknown;
}

// SpanStatusCode of OpenTelemetry: OK is 1, ERROR is 2.
const OK = 1;
const ERROR = 2;

/** Makes spans. */
export class TracingInterceptor implements Interceptor {
  readonly name = 'tracing';
  readonly priority = 1;
  readonly #tracer: Tracer;
  readonly #parent: unknown;

  constructor(options: TracingInterceptorOptions) {
    refuseUnknownOptions('TracingInterceptor', options, ['tracer', 'parent']);
    requireFunction('TracingInterceptor.tracer.startSpan', options.tracer?.startSpan);
    this.#tracer = options.tracer;
    this.#parent = options.parent;
  }

  /** The span lasts as long as the stage; its name is `stage <name>`. */
  async around(ctx: StageContext, next: (ctx?: StageContext) => Promise<StageOutput>, stage: InterceptedStage): Promise<StageOutput> {
    const span = this.#tracer.startSpan(`stage ${stage.name}`, { attributes: attributesOf(ctx, stage) }, (typeof this.#parent === 'function' ? (this.#parent as () => unknown)() : this.#parent) as never);
    try {
      const output = await next();
      span.setAttributes({ 'sluice.stage.status': output.status, ...usageOf(output) });
      const failed = output.status === 'fail' || output.status === 'retry';
      if (failed) span.setAttributes({ 'error.type': String(errorFacts(output)['error_code']) });
      span.setStatus({ code: failed ? ERROR : OK });
      return output;
    } finally {
      span.end();
    }
  }
}

function attributesOf(ctx: StageContext, stage: InterceptedStage): SpanAttributes {
  const kind = stage.spec.kind ?? 'transform';
  return {
    'gen_ai.operation.name': kind === 'agent' ? 'invoke_agent' : 'execute_stage',
    'sluice.stage.name': stage.name,
    'sluice.stage.kind': kind,
    'sluice.stage.attempt': ctx.attempt,
    ...(ctx.topology === null ? {} : { 'gen_ai.workflow.name': ctx.topology }),
    ...(ctx.sessionId === null ? {} : { 'gen_ai.conversation.id': ctx.sessionId }),
    ...(ctx.pipelineRunId === null ? {} : { 'sluice.run.id': ctx.pipelineRunId }),
  };
}

/** Model and tokens where a stage gives them the seeds' way: `data.llm`, a response's wire form. */
function usageOf(output: StageOutput): SpanAttributes {
  const llm: unknown = output.status === 'ok' ? (output.data as Readonly<Record<string, unknown>>)['llm'] : undefined;
  if (typeof llm !== 'object' || llm === null) return {};
  const { model, provider, input_tokens: input, output_tokens: out } = llm as Readonly<Record<string, unknown>>;
  return {
    ...(typeof model === 'string' ? { 'gen_ai.request.model': model } : {}),
    ...(typeof provider === 'string' ? { 'gen_ai.provider.name': provider } : {}),
    ...(typeof input === 'number' ? { 'gen_ai.usage.input_tokens': input } : {}),
    ...(typeof out === 'number' ? { 'gen_ai.usage.output_tokens': out } : {}),
  };
}
