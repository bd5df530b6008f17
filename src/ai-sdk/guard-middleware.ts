/**
 * The guardrails as language-model middleware of the Vercel AI SDK: what the user says is checked before the model
 * sees it, and the answer is guarded while it streams, so that nothing of a finding is ever handed on.
 *
 * The SDK sends the whole conversation with every call, so every message of the user is redacted, not only the last.
 */
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions, requireOneOf } from '../base/option.js';
import type { GuardrailCheck } from '../guardrails/check.js';
import { StreamGuard, type StreamGuardOptions } from '../guardrails/stream-guard.js';
import { AI_VERSIONS, type AiCallOptions, type AiContentPart, type AiFinishReason, type AiGenerateResult, type AiMessage, type AiStreamPart, type AiStreamResult, type AiVersion } from './model-types.js';

/** Options of {@link guardMiddleware}. */
export interface GuardMiddlewareOptions<V extends AiVersion = 'v4'> {
  /** Checks of what the user says. A failure of the last message without a redaction refuses the call; an older message that fails is replaced by `[removed]`. */
  readonly input?: readonly GuardrailCheck[];
  /** Checks of what the model answers and thinks. */
  readonly output?: readonly GuardrailCheck[];
  /** What a finding in the answer does; see `StreamGuard`. A blocked answer ends with the finish reason `content-filter`, and calls no tools after that. */
  readonly actions?: NonNullable<StreamGuardOptions['actions']>;
  /** Version of the SDK's interface: `v2` for `ai` 5, `v3` for `ai` 6, `v4` for `ai` 7. @default 'v4' */
  readonly version?: V;
}

/** The part of the SDK's middleware that is used. */
export interface AiMiddleware<V extends AiVersion = 'v4'> {
  readonly specificationVersion: V;
  readonly middlewareVersion?: V extends 'v2' ? 'v2' : never;
  transformParams<P extends AiCallOptions>(call: { readonly params: P }): Promise<P>;
  wrapGenerate<R extends AiGenerateResult>(call: { readonly doGenerate: () => PromiseLike<R> }): Promise<R>;
  wrapStream<R extends AiStreamResult>(call: { readonly doStream: () => PromiseLike<R> }): Promise<R>;
}

/** The guard refused what the user said, so the model was not asked. */
export class GuardRefusedError extends SluiceError {
  override readonly name: string = 'GuardRefusedError';
  /** Types of the violations; never the text. */
  readonly violations: readonly string[];

  constructor(violations: readonly string[]) {
    super(`The guard refused the message (${violations.join(', ')}), so the model was not asked. Tell the user that this cannot be answered.`, { code: 'GUARD_REFUSED' });
    this.violations = violations;
  }
}

/** Makes the middleware; give it to `wrapLanguageModel`. Throws `InvalidOptionError` for output checks that cannot guard a stream. */
export function guardMiddleware<V extends AiVersion>(options: GuardMiddlewareOptions<V> & { readonly version: V }): AiMiddleware<V>;
export function guardMiddleware(options: Omit<GuardMiddlewareOptions, 'version'>): AiMiddleware;
export function guardMiddleware(options: GuardMiddlewareOptions<AiVersion>): AiMiddleware<AiVersion> {
  refuseUnknownOptions('guardMiddleware', options, ['input', 'output', 'actions', 'version']);
  const { input = [], output = [], actions } = options;
  const version = requireOneOf('guardMiddleware.version', options.version ?? 'v4', AI_VERSIONS);
  const newGuard = (): StreamGuard => new StreamGuard({ checks: output, ...(actions === undefined ? {} : { actions }) });
  if (output.length > 0) newGuard(); // checks that cannot guard a stream are refused now, not in the first answer
  return {
    specificationVersion: version,
    ...(version === 'v2' ? { middlewareVersion: 'v2' as const } : {}),
    async transformParams({ params }) {
      if (input.length === 0) return params;
      const last = params.prompt.findLastIndex(({ role }) => role === 'user');
      const prompt: AiMessage[] = [];
      for (const [place, message] of params.prompt.entries()) prompt.push(message.role === 'user' ? await guardedMessage(message, input, place === last) : message);
      return { ...params, prompt };
    },
    async wrapGenerate({ doGenerate }) {
      const result = await doGenerate();
      if (output.length === 0) return result;
      let blocked = false;
      const content = result.content.flatMap((part) => {
        if (part.type !== 'text' && part.type !== 'reasoning') return blocked && part.type.startsWith('tool') ? [] : [part];
        const guard = newGuard();
        const steps = [guard.push(part.text ?? ''), guard.flush()];
        blocked ||= steps.some((step) => step.blocked);
        return [{ ...part, text: steps.map(({ safe }) => safe).join('') }];
      });
      return { ...result, content, ...(blocked ? { finishReason: contentFilter(result.finishReason) } : {}) };
    },
    async wrapStream({ doStream }) {
      const result = await doStream();
      return output.length === 0 ? result : { ...result, stream: result.stream.pipeThrough(guardParts(newGuard)) };
    },
  };
}

/** The message as the checks have left it. */
async function guardedMessage(message: Extract<AiMessage, { role: 'user' | 'assistant' | 'tool' }>, checks: readonly GuardrailCheck[], last: boolean): Promise<AiMessage> {
  const content: AiContentPart[] = [];
  for (const part of message.content) content.push(part.type === 'text' && part.text !== undefined ? { ...part, text: await guardedText(part.text, checks, last) } : part);
  return { ...message, content };
}

async function guardedText(given: string, checks: readonly GuardrailCheck[], last: boolean): Promise<string> {
  let text = given;
  for (const check of checks) {
    const result = check.checkAsync === undefined ? await check.check(text) : await check.checkAsync(text);
    if (result.transformedContent === null && !result.passed) {
      if (!last) return '[removed]';
      throw new GuardRefusedError([...new Set(result.violations.map(({ type }) => type))]);
    }
    text = result.transformedContent ?? text;
  }
  return text;
}

function contentFilter(reason: AiFinishReason): AiFinishReason {
  return typeof reason === 'string' ? 'content-filter' : { ...reason, unified: 'content-filter' };
}

const DELTA = /^(text|reasoning)-delta$/;
const END = /^(text|reasoning)-end$/;

/** Guards each text and thought of a stream by its id; what is held back leaves before its end. Raw chunks, which hold everything unguarded, are dropped. */
function guardParts(newGuard: () => StreamGuard): TransformStream<AiStreamPart, AiStreamPart> {
  const guards = new Map<string, { readonly guard: StreamGuard; readonly delta: AiStreamPart }>();
  let blocked = false;
  return new TransformStream({
    transform(part, controller) {
      const id = part.id ?? '';
      const kind = (DELTA.exec(part.type) ?? END.exec(part.type))?.[1];
      const key = `${kind ?? ''} ${id}`;
      const release = (one: string): void => {
        const held = guards.get(one);
        guards.delete(one);
        if (held === undefined) return;
        const step = held.guard.flush();
        blocked ||= step.blocked;
        if (step.safe !== '') controller.enqueue({ ...held.delta, delta: step.safe });
      };
      if (kind !== undefined && DELTA.test(part.type)) {
        const { guard } = guards.get(key) ?? { guard: newGuard() };
        guards.set(key, { guard, delta: part });
        const step = guard.push(part.delta ?? '');
        blocked ||= step.blocked;
        if (step.safe !== '') controller.enqueue({ ...part, delta: step.safe });
        return;
      }
      if (kind !== undefined) release(key);
      else if (part.type === 'finish') for (const one of [...guards.keys()]) release(one);
      if (part.type === 'raw' || (blocked && part.type.startsWith('tool'))) return;
      controller.enqueue(blocked && part.type === 'finish' ? { ...part, finishReason: contentFilter(part.finishReason ?? 'stop') } : part);
    },
  });
}
