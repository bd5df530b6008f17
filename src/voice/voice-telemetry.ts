/**
 * Spans of turns for OpenTelemetry: one per turn, from the end of the user's speech to the end of the
 * answer, with one per stage and one per call of a tool below it. The tracer is the application's (`@opentelemetry/api`'s has this
 * shape), so the library needs no dependency.
 *
 * Names are those of the GenAI semantic conventions 1.45; what they have no word for begins with
 * `sluice.`. What was said is a person's data: it is in attributes that begin with `sluice.pii.`, only
 * when it is asked for, and nowhere else.
 *
 * | attribute of the turn                       | value                                               |
 * |---------------------------------------------|-----------------------------------------------------|
 * | `gen_ai.operation.name`                     | `invoke_agent`                                      |
 * | `gen_ai.conversation.id`                    | id of the session                                   |
 * | `gen_ai.provider.name`                      | id of the model's provider                          |
 * | `gen_ai.response.time_to_first_chunk`       | seconds from the end of speech to the first sound   |
 * | `sluice.turn.id`, `.source`, `.interrupted` | as in `TurnReport`; also `.refused`, `.discarded`   |
 * | `sluice.turn.saved_ms`                      | as in `TurnReport`                                  |
 * | `sluice.latency.<part>_ms`                  | the parts of the latency; their sum is `.total_ms`  |
 * | `sluice.pii.user_text`, `.answer_text`      | what the user said, what was heard                  |
 *
 * | attribute of a call (`execute_tool <name>`)     | value                                           |
 * |-------------------------------------------------|-------------------------------------------------|
 * | `gen_ai.operation.name`                         | `execute_tool`                                  |
 * | `gen_ai.tool.name`, `.call.id`, `.type`         | the tool, the call's id, `function`             |
 * | `gen_ai.conversation.id`                        | id of the session                               |
 * | `sluice.tool.status`                            | as in `ToolResult`; unless `ok` also `error.type` |
 * | `sluice.pii.tool_arguments`, `.tool_result`     | what it was given and what it gave, as JSON     |
 */
import type { Clock } from '../base/clock.js';
import { refuseUnknownOptions, requireBoolean, requireFunction } from '../base/option.js';
import { intercept } from '../pipeline/interceptors/interceptor.js';
import { TracingInterceptor, type SpanAttributes, type TraceSpan, type Tracer } from '../pipeline/interceptors/tracing.js';
import type { StageWrapper } from '../pipeline/spec.js';
import type { ToolWatch } from './tool-exchange.js';
import type { Turn, TurnReport } from './turn.js';

/** How turns are traced. */
export interface VoiceTracing {
  readonly tracer: Tracer;
  /** The context in which a span is the parent: `(span) => trace.setSpan(context.active(), span)`. @default spans of stages have no parent */
  readonly contextOf?: (span: TraceSpan) => unknown;
  /** Put what was said into the attributes that begin with `sluice.pii.`. @default false */
  readonly texts?: boolean;
}

// SpanStatusCode of OpenTelemetry: OK is 1, ERROR is 2.
const OK = 1;
const ERROR = 2;

/** The spans of one session; turns come one after the other. */
export class VoiceTelemetry {
  /** Makes the spans of stages. */
  readonly wrapper: StageWrapper;
  readonly #tracing: VoiceTracing;
  readonly #texts: boolean;
  readonly #clock: Clock;
  readonly #sessionId: string;
  readonly #constant: SpanAttributes;
  #span: TraceSpan | undefined;
  #context: unknown;

  /** Throws `InvalidOptionError`. */
  constructor(tracing: VoiceTracing, session: { readonly sessionId: string; readonly provider: string; readonly clock: Clock }) {
    refuseUnknownOptions('createVoiceSession.tracing', tracing, ['tracer', 'contextOf', 'texts']);
    requireFunction('createVoiceSession.tracing.tracer.startSpan', tracing.tracer?.startSpan);
    this.#texts = requireBoolean('createVoiceSession.tracing.texts', tracing.texts ?? false);
    this.#tracing = tracing;
    this.#clock = session.clock;
    this.#sessionId = session.sessionId;
    this.#constant = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.conversation.id': session.sessionId, 'gen_ai.provider.name': session.provider };
    this.wrapper = intercept(new TracingInterceptor({ tracer: tracing.tracer, parent: () => this.#context }));
  }

  /** A turn begins to be worked on. */
  begin(turn: Turn): void {
    const sinceMs = this.#clock.now() - (turn.speech?.endMs ?? turn.requestedMs);
    this.#span = this.#tracing.tracer.startSpan('voice turn', {
      attributes: { ...this.#constant, 'sluice.turn.id': turn.id, 'sluice.turn.source': turn.source },
      startTime: this.#clock.epochMs() - Math.max(0, sinceMs),
    });
    this.#context = this.#tracing.contextOf?.(this.#span);
  }

  /** A call of a tool begins; its span ends when the call does, also when that is after the turn. */
  readonly tool: ToolWatch = ({ id, name, input }) => {
    const span = this.#tracing.tracer.startSpan(`execute_tool ${name}`, {
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': id,
        'gen_ai.tool.type': 'function',
        'gen_ai.conversation.id': this.#sessionId,
        ...(this.#texts ? { 'sluice.pii.tool_arguments': json(input) } : {}),
      },
    }, this.#context as never);
    return ({ status, success, output, error }) => {
      span.setAttributes({
        'sluice.tool.status': status,
        ...(error === null ? {} : { 'error.type': errorType(error) }),
        ...(this.#texts && success ? { 'sluice.pii.tool_result': json(output) } : {}),
      });
      span.setStatus({ code: success ? OK : ERROR });
      span.end();
    };
  };

  /** It has ended; without a report it was taken back. */
  end(report: TurnReport | undefined): void {
    const span = this.#span;
    this.#span = undefined;
    this.#context = undefined;
    if (span === undefined) return;
    span.setAttributes(report === undefined ? { 'sluice.turn.discarded': true } : this.#attributesOf(report));
    const failed = report?.error !== null && report?.error !== undefined && !report.refused;
    span.setStatus({ code: failed ? ERROR : OK });
    span.end();
  }

  #attributesOf({ interrupted, refused, savedMs, error, latency, userText, spoken }: TurnReport): SpanAttributes {
    const parts = Object.entries(latency?.parts ?? {}).map(([part, ms]) => [`sluice.latency.${part}_ms`, ms] as const);
    return {
      'sluice.turn.interrupted': interrupted,
      'sluice.turn.refused': refused,
      'sluice.turn.saved_ms': savedMs,
      ...(error === null || refused ? {} : { 'error.type': errorType(error) }),
      ...(latency === null ? {} : { 'gen_ai.response.time_to_first_chunk': latency.totalMs / 1000, 'sluice.latency.total_ms': latency.totalMs, ...Object.fromEntries(parts) }),
      ...(this.#texts ? { 'sluice.pii.user_text': userText, 'sluice.pii.answer_text': spoken } : {}),
    };
  }
}

function errorType(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}

/** What has no JSON, such as a cycle, is left out: a span must not break a call. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
