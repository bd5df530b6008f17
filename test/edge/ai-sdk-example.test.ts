// The example of web/05-cookbook/ai-sdk-edge in workerd, with a model of the AI SDK that stands in.
import { describe, expect, it } from 'vitest';
import type { AiCallOptions, AiLanguageModel } from '../../src/ai-sdk/model-types.js';
import { chatHandler } from '../../web/05-cookbook/ai-sdk-edge/worker.js';

const SESSION = '550e8400-e29b-41d4-a716-446655440000';

function chat(text: string): Request {
  return new Request('https://edge.test/', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: SESSION, messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text }] }] }) });
}

describe('the AI SDK in an edge function', () => {
  it('answers a chat as the stream that useChat reads, and the model sees the guarded text', async () => {
    let seen: AiCallOptions | undefined;
    const model: AiLanguageModel = {
      specificationVersion: 'v4',
      provider: 'acme',
      modelId: 'acme-1',
      doGenerate: () => Promise.reject(new Error('not used')),
      doStream: (options) => {
        seen = options;
        return Promise.resolve({ stream: new ReadableStream({ start(controller) {
          for (const delta of ['Good ', 'morning.']) controller.enqueue({ type: 'text-delta', id: '0', delta });
          controller.enqueue({ type: 'finish', finishReason: { unified: 'stop' }, usage: {} });
          controller.close();
        } }) });
      },
    };
    const response = await chatHandler(model)(chat('My number is 555-123-4567'));
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    const parts = (await response.text()).split('\n\n').filter((part) => part.startsWith('data: {')).map((part) => JSON.parse(part.slice(6)) as { readonly type: string; readonly delta?: string });
    expect(parts.map(({ delta }) => delta ?? '').join('')).toBe('Good morning.');
    expect(JSON.stringify(seen?.prompt)).not.toContain('555');
  });
});
