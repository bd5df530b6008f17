/**
 * A conversation at the edge: one Durable Object per session, its memory in the object's SQLite, guards
 * before anything is remembered. From the repository's root, after `npm run build`:
 *
 *     npx wrangler dev --config web/04-edge/wrangler.jsonc
 *     curl localhost:8787 -H 'Content-Type: application/json' -H 'X-Session-Id: 550e8400-e29b-41d4-a716-446655440000' \
 *       -d '{"input_text":"My number is 555-123-4567"}'
 *
 * A session is a UUID; the same one goes on with its conversation, over HTTP, server-sent events
 * (`Accept: text/event-stream`) or a WebSocket. Nobody has to prove who they are here: add `auth` (a
 * JWTAuthProvider, say) before you let anybody else in.
 */
import { GuardrailStage, MemoryFetchStage, MemoryWriteStage, PIIDetector, Pipeline, StageOutput, textElement } from 'sluice';
import { conversationObject, FixedWindowRateLimiter, routeConversation, type DurableObjectNamespaceLike } from 'sluice/edge';

export const Conversation: ReturnType<typeof conversationObject> = conversationObject(
  ({ memory }) =>
    new Pipeline()
      .withStage('memory', new MemoryFetchStage(memory))
      .withStage('guard', new GuardrailStage([new PIIDetector({ redact: true })]))
      .withStage('llm', async (ctx) => {
        // Your model's stage stands here: `new LLMStage(provider)`.
        const before = ctx.inputs.getFrom('memory', 'memoryCount', 0) / 2;
        const response = `I heard “${ctx.inputs.userText}”, and ${before} turns before it.`;
        for (const word of response.split(/(?<= )/)) await ctx.output.write(textElement(word));
        return StageOutput.ok({ response });
      }, 'transform', { dependencies: ['memory', 'guard'] })
      .withStage('save', new MemoryWriteStage(memory), undefined, { dependencies: ['llm'] }),
  { rateLimiter: new FixedWindowRateLimiter({ limit: 60, windowSeconds: 60 }), cors: { origins: '*' }, memory: { retention: { maxEntries: 1000 } } },
);

export default {
  fetch: (request: Request, env: { readonly CONVERSATIONS: DurableObjectNamespaceLike }): Promise<Response> => routeConversation(request, env.CONVERSATIONS),
};
