/**
 * The guardrails as language-model middleware of the Vercel AI SDK: the user's last message is checked
 * before the model sees it, and the answer is guarded while it streams, so that nothing of a finding
 * is ever handed on.
 */
import { SluiceError } from '../base/errors.js';
import { refuseUnknownOptions } from '../base/option.js';
import type { GuardrailCheck } from '../guardrails/check.js';
import { StreamGuard, type StreamGuardOptions } from '../guardrails/stream-guard.js';
import type { AiCallOptions, AiGenerateResult, AiMessage, AiStreamPart, AiStreamResult } from './model-types.js';

/** Options of {@link guardMiddleware}. */
export interface GuardMiddlewareOptions {
  /** Checks of what the user says. A failure without a redaction refuses the call. */
  readonly input?: readonly GuardrailCheck[];
  /** Checks of what the model answers. */
  readonly output?: readonly GuardrailCheck[];
  /** What a finding in the answer does; see `StreamGuard`. */
  readonly actions?: NonNullable<StreamGuardOptions['actions']>;
}

/** The part of the SDK's middleware that is used. */
export interface AiMiddleware {
  readonly specificationVersion: 'v4';
  transformParams(call: { readonly params: AiCallOptions }): Promise<AiCallOptions>;
  wrapGenerate(call: { readonly doGenerate: () => PromiseLike<AiGenerateResult> }): Promise<AiGenerateResult>;
  wrapStream(call: { readonly doStream: () => PromiseLike<AiStreamResult> }): Promise<AiStreamResult>;
}

/** The guard refused what the user said, so the model was not asked. */
export class GuardRefusedError extends SluiceError {
  /** Types of the violations; never the text. */
  readonly violations: readonly string[];

  constructor(violations: readonly string[]) {
    super(`The guard refused the message (${violations.join(', ')}), so the model was not asked. Tell the user that this cannot be answered.`, { code: 'GUARD_REFUSED' });
    this.violations = violations;
  }
}

/** Makes the middleware; give it to `wrapLanguageModel`. */
export function guardMiddleware(options: GuardMiddlewareOptions): AiMiddleware {
  refuseUnknownOptions('guardMiddleware', options, ['input', 'output', 'actions']);
  const { input = [], output = [], actions } = options;
  const newGuard = (): StreamGuard => new StreamGuard({ checks: output, ...(actions === undefined ? {} : { actions }) });
  return {
    specificationVersion: 'v4',
    async transformParams({ params }) {
      const last = params.prompt.findLastIndex(({ role }) => role === 'user');
      const message = params.prompt[last];
      if (input.length === 0 || message === undefined || message.role !== 'user') return params;
      return { ...params, prompt: params.prompt.with(last, await guarded(message, input)) };
    },
    async wrapGenerate({ doGenerate }) {
      const result = await doGenerate();
      if (output.length === 0) return result;
      return { ...result, content: result.content.map((part) => (part.type === 'text' ? { ...part, text: wholeText(newGuard(), part.text ?? '') } : part)) };
    },
    async wrapStream({ doStream }) {
      const { stream } = await doStream();
      return { stream: output.length === 0 ? stream : stream.pipeThrough(guardParts(newGuard)) };
    },
  };
}

/** The message as the checks have left it. */
async function guarded(message: Extract<AiMessage, { role: 'user' | 'assistant' | 'tool' }>, checks: readonly GuardrailCheck[]): Promise<AiMessage> {
  const content = [];
  for (const part of message.content) {
    if (part.type !== 'text') {
      content.push(part);
      continue;
    }
    let text = part.text;
    for (const check of checks) {
      const result = check.checkAsync === undefined ? await check.check(text) : await check.checkAsync(text);
      if (result.transformedContent === null && !result.passed) throw new GuardRefusedError([...new Set(result.violations.map(({ type }) => type))]);
      text = result.transformedContent ?? text;
    }
    content.push({ ...part, text });
  }
  return { role: message.role, content };
}

function wholeText(guard: StreamGuard, text: string): string {
  return guard.push(text).safe + guard.flush().safe;
}

/** Guards each text of a stream by its id; what is held back leaves before its `text-end`. */
function guardParts(newGuard: () => StreamGuard): TransformStream<AiStreamPart, AiStreamPart> {
  const guards = new Map<string, StreamGuard>();
  const rest = (id: string): string => {
    const safe = guards.get(id)?.flush().safe ?? '';
    guards.delete(id);
    return safe;
  };
  return new TransformStream({
    transform(part, controller) {
      const id = part.id ?? '';
      const release = (one: string): void => {
        const safe = rest(one);
        if (safe !== '') controller.enqueue({ type: 'text-delta', id: one, delta: safe });
      };
      if (part.type === 'text-delta') {
        let guard = guards.get(id);
        if (guard === undefined) guards.set(id, (guard = newGuard()));
        const { safe } = guard.push(part.delta ?? '');
        if (safe !== '') controller.enqueue({ ...part, delta: safe });
        return;
      }
      if (part.type === 'text-end') release(id);
      else if (part.type === 'finish') for (const one of [...guards.keys()]) release(one);
      controller.enqueue(part);
    },
  });
}
