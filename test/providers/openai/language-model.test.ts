import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../../src/base/errors.js';
import { Message } from '../../../src/context/message.js';
import { toolCall } from '../../../src/context/tool-call.js';
import type { LLMEvent } from '../../../src/providers/llm.js';
import { OpenAILanguageModel, type OpenAILanguageModelOptions } from '../../../src/providers/openai/language-model.js';
import { OpenAIError } from '../../../src/providers/openai/openai-error.js';
import { body, bytesOf, chunk, collect, finish, json, sse, standIn } from './stand-in.js';

const KEY = 'sk-secret-0123456789';
const SAID = 'my secret is forty-two';
const asking = [new Message({ role: 'user', content: SAID })];
const text = (delta: string): LLMEvent => ({ type: 'text', delta });

function model(reply: Parameters<typeof standIn>[0], options: Partial<OpenAILanguageModelOptions> = {}): { llm: OpenAILanguageModel; asked: ReturnType<typeof standIn>['asked'] } {
  const { fetch, asked } = standIn(reply);
  return { llm: new OpenAILanguageModel({ model: 'm', apiKey: KEY, baseUrl: 'http://models.test/v1/', fetch, ...options }), asked };
}

describe('OpenAILanguageModel', () => {
  it('asks for a streamed answer with the key, the model and the whole conversation', async () => {
    const { llm, asked } = model(() => sse(`${chunk({ content: 'Hi' })}${finish('stop')}data: [DONE]\n\n`), { headers: { 'x-team': 'a' }, extraBody: { seed: 7 } });
    const messages = [
      new Message({ role: 'system', content: 'Be kind.' }),
      new Message({ role: 'user', content: 'What is this?', parts: [{ type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2, 3]) }] }),
      new Message({ role: 'assistant', content: '', toolCalls: [toolCall({ id: 'c1', name: 'look', arguments: { at: 1 } })] }),
      new Message({ role: 'tool', content: 'a cat', toolCallId: 'c1' }),
      new Message({ role: 'assistant', content: 'A c', generated: 'A cat.', interrupted: true }),
    ];
    await collect(llm.stream(messages, { tools: [{ name: 'look', description: 'Looks.' }], maxTokens: 50, temperature: 0.2 }));
    expect(asked[0]).toMatchObject({ url: 'http://models.test/v1/chat/completions', method: 'POST' });
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toMatchObject({ authorization: `Bearer ${KEY}`, 'content-type': 'application/json', accept: 'text/event-stream', 'x-team': 'a' });
    expect(asked[0]?.body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
        { role: 'assistant', content: 'A c' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } } }],
      max_tokens: 50,
      temperature: 0.2,
      seed: 7,
    });
  });

  it.each<[string, Response, readonly LLMEvent[]]>([
    ['OpenAI', sse(`${chunk({ role: 'assistant', content: '' })}${chunk({ content: 'Hé' })}${chunk({ content: 'llo' })}${finish('stop')}data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\ndata: [DONE]\n\n`), [text('Hé'), text('llo'), { type: 'finish', reason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } }]],
    ['a server without [DONE] and without usage', sse(`${chunk({ content: 'Hi' })}${finish('stop')}`), [text('Hi'), { type: 'finish', reason: 'stop' }]],
    ['a server that only says [DONE]', sse(`${chunk({ content: 'Hi' })}data: [DONE]\n\n`), [text('Hi'), { type: 'finish', reason: 'other' }]],
    ['a server with carriage returns and comments', sse(`: OPENROUTER PROCESSING\r\n\r\n${`${chunk({ content: 'Hi' })}: keep-alive\n\n${finish('length')}`.replaceAll('\n', '\r\n')}data: [DONE]\r\n\r\n`), [text('Hi'), { type: 'finish', reason: 'length' }]],
    ['a server that keeps the connection open with empty data', sse(`data: \n\n${chunk({ content: 'Hi' })}${finish('stop')}`), [text('Hi'), { type: 'finish', reason: 'stop' }]],
    ['a server that is cut behind its end', sse(`${chunk({ content: 'Hi' })}${finish('stop')}data: {"choices":[`), [text('Hi'), { type: 'finish', reason: 'stop' }]],
    ['a server that does not stream', json({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1 } }), [text('Hi'), { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: 1 } }]],
  ])('reads the answer of %s', async (_server, response, events) => {
    expect(await collect(model(() => response).llm.stream(asking))).toEqual(events);
  });

  it('completes without streaming, with tool calls, usage and the finish reason', async () => {
    const answer = { model: 'm-2', choices: [{ message: { content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }, { id: 'c2', function: { name: 'look', arguments: '{' } }] }, finish_reason: 'tool_calls' }], usage: { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } } };
    const { llm, asked } = model(() => json(answer));
    const response = await llm.complete(asking);
    expect(response).toMatchObject({ content: '', model: 'm-2', provider: 'openai', inputTokens: 5, outputTokens: 7, cachedTokens: 2, finishReason: 'tool-calls' });
    expect(response.toolCalls).toEqual([{ id: 'c1', name: 'look', arguments: { at: 1 } }, { id: 'c2', name: 'look', arguments: undefined, rawArguments: '{' }]);
    expect(asked[0]?.body).toMatchObject({ stream: false });
    expect(asked[0]?.body).not.toHaveProperty('stream_options');
  });

  it('bounds the answer by the field that the server knows, and asks for no usage where that is refused', async () => {
    const fields = async (options: Partial<OpenAILanguageModelOptions>): Promise<unknown> => {
      const { llm, asked } = model(() => sse(finish('stop')), options);
      await collect(llm.stream(asking, { maxTokens: 9 }));
      return asked[0]?.body;
    };
    expect(await fields({ baseUrl: 'https://api.openai.com/v1' })).toMatchObject({ max_completion_tokens: 9 });
    expect(await fields({ maxTokensField: 'max_completion_tokens', streamUsage: false })).toEqual({ model: 'm', messages: [{ role: 'user', content: SAID }], stream: true, max_completion_tokens: 9 });
  });

  it.each<[string, Response | (() => never), Partial<OpenAIError>]>([
    ['a wrong key', json({ error: { message: `Incorrect API key provided: ${KEY}`, type: 'invalid_request_error', code: 'invalid_api_key' } }, { status: 401 }), { code: 'OPENAI_STATUS', status: 401, fatal: true, serverCode: 'invalid_api_key' }],
    ['a request that is refused', json({ error: { message: SAID, type: 'invalid_request_error', param: 'messages[0].content', code: null } }, { status: 400 }), { status: 400, fatal: true, param: 'messages[0].content' }],
    ['too many requests', json({ error: { type: 'rate_limit', code: 'rate_limit_exceeded' } }, { status: 429, headers: { 'retry-after': '2' } }), { status: 429, fatal: false, retryAfterMs: 2000 }],
    ['nothing left to spend', json({ error: { code: 'insufficient_quota' } }, { status: 429 }), { status: 429, fatal: true }],
    ['a server in trouble', new Response(`<html>${SAID} ${KEY}`, { status: 503, headers: { 'content-type': 'text/html' } }), { status: 503, fatal: false }],
    ['a model that is not there', json({ error: { message: 'no such model', code: 404 } }, { status: 404 }), { status: 404, fatal: true }],
    ['an error as JSON with status 200', json({ error: { message: SAID, code: 500 } }), { status: 500, fatal: false }],
    ['an error in the middle of the stream', sse(`${chunk({ content: 'Hi' })}data: {"error":{"message":"${SAID}","type":"server_error","code":"overloaded"}}\n\n`), { code: 'OPENAI_STREAM', fatal: false, serverCode: 'overloaded' }],
    ['the error line of llama.cpp', sse(`${chunk({ content: 'Hi' })}error: {"code":500,"message":"${SAID}","type":"server_error"}\n\n`), { code: 'OPENAI_STATUS', status: 500, fatal: false }],
    ['an error line without JSON', sse(`error: ${SAID}\n\n`), { code: 'OPENAI_STREAM', fatal: false }],
    ['a stream that breaks off', sse(`${chunk({ content: 'Hi' })}${chunk({ content: ' th' })}`), { code: 'OPENAI_STREAM', fatal: false }],
    ['a tool call that breaks off', sse(chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'look', arguments: '{"at":' } }] })), { code: 'OPENAI_STREAM' }],
    ['a body that fails', new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError(`terminated ${KEY}`)) }), { headers: { 'content-type': 'text/event-stream' } }), { code: 'OPENAI_STREAM', fatal: false }],
    ['a page of HTML', new Response('<html>', { headers: { 'content-type': 'text/html' } }), { code: 'OPENAI_MALFORMED', fatal: true }],
    ['JSON of another kind', json([1]), { code: 'OPENAI_MALFORMED', fatal: true }],
    ['an answer without choices', json({ choices: [] }), { code: 'OPENAI_MALFORMED', fatal: true }],
    ['no server', () => { throw Object.assign(new TypeError(`fetch failed for ${KEY}`), { cause: Object.assign(new Error(SAID), { code: 'ECONNREFUSED' }) }); }, { code: 'OPENAI_NETWORK', fatal: false, status: null }],
  ])('rejects for %s, and tells neither the key nor what was said', async (_what, response, expected) => {
    const { llm } = model(() => (typeof response === 'function' ? response() : response));
    const error: unknown = await collect(llm.stream(asking)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAIError);
    expect(error).toMatchObject(expected);
    const { message, stack, cause } = error as OpenAIError;
    expect(cause).toBeUndefined();
    expect(message).toMatch(/^http:\/\/models\.test chat\/completions .+\. .+\.$/);
    for (const told of [JSON.stringify(error), message, stack ?? '']) {
      expect(told).not.toContain(KEY);
      expect(told).not.toContain(SAID);
    }
  });

  it('settles at once when the signal aborts, and cancels the body', async () => {
    let canceled = false;
    const stop = new AbortController();
    const { llm, asked } = model(() => new Response(body([bytesOf(chunk({ content: 'Hi' }))], { open: true, onCancel: () => (canceled = true) }), { headers: { 'content-type': 'text/event-stream' } }));
    const events = llm.stream(asking, { signal: stop.signal })[Symbol.asyncIterator]();
    expect(await events.next()).toEqual({ done: false, value: text('Hi') });
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toBeInstanceOf(AbortedError);
    expect([canceled, asked[0]?.signal?.aborted]).toEqual([true, true]);
  });

  it('cancels the body when the reader of the answer leaves early', async () => {
    let canceled = false;
    const { llm } = model(() => new Response(body([bytesOf(chunk({ content: 'Hi' }))], { open: true, onCancel: () => (canceled = true) }), { headers: { 'content-type': 'text/event-stream' } }));
    for await (const event of llm.stream(asking)) if (event.type === 'text') break;
    expect(canceled).toBe(true);
  });

  it('drops an answer that comes after the abort from a fetch that knows no signals', async () => {
    let canceled = false;
    let answer: (response: Response) => void = () => undefined;
    const stop = new AbortController();
    const { llm } = model(() => new Promise<Response>((resolve) => (answer = resolve)));
    const events = collect(llm.stream(asking, { signal: stop.signal }));
    await Promise.resolve();
    stop.abort();
    await expect(events).rejects.toBeInstanceOf(AbortedError);
    answer(new Response(body([], { open: true, onCancel: () => (canceled = true) })));
    await Promise.resolve();
    await Promise.resolve();
    expect(canceled).toBe(true);
  });

  it('asks nobody when the signal has aborted already', async () => {
    const { llm, asked } = model(() => sse(finish('stop')));
    await expect(collect(llm.stream(asking, { signal: AbortSignal.abort() }))).rejects.toBeInstanceOf(AbortedError);
    await expect(llm.complete(asking, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
    expect(asked).toEqual([]);
  });
});
