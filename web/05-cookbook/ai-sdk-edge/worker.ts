/**
 * The AI SDK in an edge function: a model of the SDK in a guarded pipeline, answered as the stream that `useChat`
 * reads. From the repository's root, after `npm run build`, with a model server on this machine:
 *
 *     npx wrangler dev --config web/05-cookbook/ai-sdk-edge/wrangler.jsonc
 *     curl -N localhost:8787 -H 'Content-Type: application/json' \
 *       -d '{"id":"550e8400-e29b-41d4-a716-446655440000","messages":[{"role":"user","parts":[{"type":"text","text":"My number is 555-123-4567"}]}]}'
 *
 * Nobody has to prove who they are here: add `auth` and a `rateLimiter` before you let anybody else in.
 */
import { GuardrailStage, InjectionDetector, PIIDetector, Pipeline } from 'sluice';
import { fromAiSdk, toAiSdk, type AiLanguageModel } from 'sluice/ai-sdk';
import { respond } from 'sluice/edge';
import { OpenAILanguageModel } from 'sluice/openai';
import { LLMStage } from 'sluice/voice';

/** Variables of the worker. */
export interface Env {
  readonly BASE_URL: string;
  readonly MODEL: string;
  readonly API_KEY?: string;
}

/** Answers chats with a model of the SDK: what the user says is guarded before the model sees it. */
export function chatHandler(model: AiLanguageModel): (request: Request) => Promise<Response> {
  const graph = new Pipeline()
    .withStage('guard', new GuardrailStage([new PIIDetector({ redact: true }), new InjectionDetector()]))
    .withStage('llm', new LLMStage({ provider: fromAiSdk(model), systemPrompt: 'Answer in one or two short sentences.' }), undefined, { dependencies: ['guard'] });
  return respond(graph, { cors: { origins: '*' }, responseStage: 'llm' });
}

// Any model of the SDK stands here, `createOpenAI({ apiKey })('…')` say. This one is ours, exported as the SDK's, so that the example installs nothing.
const modelOf = ({ BASE_URL, MODEL, API_KEY }: Env): AiLanguageModel => toAiSdk(new OpenAILanguageModel({ baseUrl: BASE_URL, model: MODEL, ...(API_KEY === undefined ? {} : { apiKey: API_KEY }) }));

let handler: ReturnType<typeof chatHandler> | undefined;

export default {
  fetch: (request: Request, env: Env): Promise<Response> => (handler ??= chatHandler(modelOf(env)))(request),
};
