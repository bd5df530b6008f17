import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { FixedWindowRateLimiter } from '../../src/edge/rate-limiter.js';
import { respond } from '../../src/edge/respond.js';
import type { RespondOptions } from '../../src/edge/respond-options.js';
import { sessionOfChat } from '../../src/edge/session-owners.js';
import { MemoryFetchStage } from '../../src/memory/fetch-stage.js';
import { InMemoryStore } from '../../src/memory/in-memory-store.js';
import { MemoryWriteStage } from '../../src/memory/write-stage.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageOutput } from '../../src/stage/output.js';
import type { StageContext } from '../../src/stage/context.js';
import { audioElement, interruptElement, textElement } from '../../src/stream/element.js';
import { sequentialIds } from '../../src/testing/builders.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockAuthProvider } from '../../src/testing/mock-auth-provider.js';
import { scale, seed } from '../tools/scale.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const U = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const URL_ = 'https://edge.test/chat';

const echo = new Pipeline().withStage('llm', (ctx) => StageOutput.ok({ response: `You said: ${ctx.inputs.userText}` }), 'transform');
const talking = new Pipeline().withStage('llm', async (ctx: StageContext) => {
  for (const word of ['Hel', 'lo ', ctx.inputs.userText]) await ctx.output.write(textElement(word));
  return StageOutput.ok({ response: `Hello ${ctx.inputs.userText}`, finishReason: 'length' });
}, 'transform');

const post = (body: unknown, headers: Record<string, string> = {}, init: RequestInit = {}): Request =>
  new Request(URL_, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body), ...init });
const json = async (response: Response): Promise<Record<string, unknown>> => (await response.json()) as Record<string, unknown>;
const codeOf = async (response: Response): Promise<[number, unknown]> => [response.status, ((await json(response))['error'] as { code: unknown }).code];
const events = async (response: Response): Promise<unknown[]> => (await response.text()).split('\n\n').filter((line) => line !== '').map((line) => (line === 'data: [DONE]' ? 'DONE' : JSON.parse(line.slice(6))));

describe('respond', () => {
  it('answers a turn as JSON, with the session and the run', async () => {
    const response = await respond(echo, { ids: sequentialIds() })(post({ input_text: 'hi', session_id: S }));
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({ response: 'You said: hi', session_id: S, pipeline_run_id: '00000000-0000-4000-8000-000000000002', finish_reason: 'stop' });
    expect([response.headers.get('X-Session-Id'), response.headers.get('X-Request-Id')]).toEqual([S, '00000000-0000-4000-8000-000000000001']);
  });

  it('takes any text as it is, however long its bytes, with and without a declared length', async () => {
    const text = 'żółć 😀 \uFFFD';
    const length = String(new TextEncoder().encode(JSON.stringify({ input_text: text })).byteLength);
    for (const headers of [{}, { 'Content-Length': length }]) expect((await json(await respond(echo)(post({ input_text: text }, headers))))['response']).toBe(`You said: ${text}`);
  });

  it('takes camelCase too, and makes a session where none is named', async () => {
    const body = await json(await respond(echo)(post({ inputText: 'hi' })));
    expect(body['session_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await respond(echo)(post({ input_text: 'x' }, { 'X-Session-Id': S.toUpperCase() }))).headers.get('X-Session-Id')).toBe(S);
  });

  it('streams a turn in the AI SDK’s form where the client accepts events', async () => {
    const response = await respond(talking, { ids: sequentialIds() })(post({ input_text: 'you', session_id: S }, { Accept: 'text/event-stream' }));
    const id = '00000000-0000-4000-8000-000000000002';
    expect([response.headers.get('Content-Type'), response.headers.get('x-vercel-ai-ui-message-stream')]).toEqual(['text/event-stream; charset=utf-8', 'v1']);
    expect(await events(response)).toEqual([
      { type: 'start', messageId: id, messageMetadata: { session_id: S } },
      { type: 'text-start', id },
      { type: 'text-delta', id, delta: 'Hel' },
      { type: 'text-delta', id, delta: 'lo ' },
      { type: 'text-delta', id, delta: 'you' },
      { type: 'text-end', id },
      { type: 'finish', finishReason: 'length' },
      'DONE',
    ]);
  });

  it('answers the AI SDK’s chat transport: the last message of the user, and one session per chat and user', async () => {
    const handler = respond(new Pipeline().withStage('llm', (ctx) => StageOutput.ok({ response: `${ctx.inputs.userText} ${ctx.sessionId}` }), 'transform'));
    const chat = { id: 'not-a-uuid', trigger: 'submit-message', messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'old' }] }, { id: '2', role: 'assistant', parts: [{ type: 'text', text: 'yes' }] }, { id: '3', role: 'user', parts: [{ type: 'text', text: 'new ' }, { type: 'file', url: 'x' }, { type: 'text', text: 'words' }] }] };
    const stream = await events(await handler(post(chat)));
    expect(stream).toContainEqual(expect.objectContaining({ type: 'text-delta', delta: `new words ${await sessionOfChat('', 'not-a-uuid')}` }));
    expect(await sessionOfChat('a', 'chat')).not.toBe(await sessionOfChat('b', 'chat'));
    expect(await sessionOfChat('a', 'chat')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sends audio and interrupts as data that is not kept', async () => {
    const graph = new Pipeline().withStage('voice', async (ctx: StageContext) => {
      await ctx.output.write(audioElement(new AudioChunk({ data: new Uint8Array([1, 2]), timestampMs: 5 })));
      await ctx.output.write(interruptElement('guard'));
      return StageOutput.ok({ response: '' });
    }, 'transform');
    expect(await events(await respond(graph)(post({ input_text: 'x' }, { Accept: 'text/event-stream' })))).toEqual(expect.arrayContaining([
      { type: 'data-audio', transient: true, data: { audio: 'AQI=', sample_rate: 16000, channels: 1, format: 'pcm_16', timestamp_ms: 5 } },
      { type: 'data-interrupt', transient: true, data: { reason: 'guard' } },
    ]));
  });

  it('goes on with a session from memory', async () => {
    const store = new InMemoryStore();
    const graph = new Pipeline()
      .withStage('memory', new MemoryFetchStage(store))
      .withStage('llm', (ctx) => StageOutput.ok({ response: `turn ${(ctx.inputs.getFrom('memory', 'memoryCount') as number) / 2}` }), 'transform', { dependencies: ['memory'] })
      .withStage('save', new MemoryWriteStage(store), undefined, { dependencies: ['llm'] });
    const handler = respond(graph);
    const answers: unknown[] = [];
    for (let n = 0; n < 3; n++) answers.push((await json(await handler(post({ input_text: `q${n}`, session_id: S }))))['response']);
    expect(answers).toEqual(['turn 0', 'turn 1', 'turn 2']);
    expect((await store.fetch(S)).map(({ content }) => content)).toEqual(['q0', 'turn 0', 'q1', 'turn 1', 'q2', 'turn 2']);
  });

  it('gives stages the identity, the ports and what the application adds', async () => {
    const auth = new MockAuthProvider();
    const seen: unknown[] = [];
    const graph = new Pipeline().withStage('llm', (ctx: StageContext) => {
      seen.push(ctx.userId, ctx.orgId, ctx.executionMode, ctx.snapshot.extensions.get('plan'), (ctx.run.configuration['auth'] as { userId: string }).userId, ctx.snapshot.metadata);
      return StageOutput.ok({ response: 'ok' });
    }, 'transform');
    const handler = respond(graph, { auth, extensions: ({ identity }) => ({ plan: identity?.claims['plan'] }) });
    await handler(post({ input_text: 'x', metadata: { a: 1 } }, { Authorization: `Bearer ${auth.createToken({ userId: U, orgId: S, claims: { plan: 'free' } })}` }));
    expect(seen).toEqual([U, S, 'edge', 'free', U, { a: 1 }]);
  });

  describe('refuses', () => {
    it.each([
      ['another method', new Request(URL_, { method: 'PUT', body: 'x' }), 405, 'METHOD_NOT_ALLOWED'],
      ['a GET without an upgrade', new Request(URL_), 405, 'METHOD_NOT_ALLOWED'],
      ['another content type', post('x', { 'Content-Type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['a body that is no JSON', post('{'), 400, 'BAD_JSON'],
      ['an empty body', post(''), 400, 'BAD_JSON'],
      ['a list', post([]), 400, 'BAD_JSON'],
      ['no text', post({}), 400, 'BAD_INPUT'],
      ['a blank text', post({ input_text: ' \n' }), 400, 'BAD_INPUT'],
      ['a text that is a number', post({ input_text: 5 }), 400, 'BAD_INPUT'],
      ['a session that is no UUID', post({ input_text: 'x', session_id: '../../etc' }), 400, 'BAD_SESSION'],
      ['a session in the header that is no UUID', post({ input_text: 'x' }, { 'X-Session-Id': 'x' }), 400, 'BAD_SESSION'],
      ['two different sessions', post({ input_text: 'x', session_id: S }, { 'X-Session-Id': U }), 400, 'SESSION_CONFLICT'],
      ['metadata that is a text', post({ input_text: 'x', metadata: 'm' }), 400, 'BAD_METADATA'],
      ['a chat that ends with the assistant', post({ messages: [{ role: 'assistant', parts: [] }] }), 400, 'BAD_INPUT'],
      ['a chat without messages', post({ messages: [] }), 400, 'BAD_INPUT'],
      ['a body that is too large', post({ input_text: 'x'.repeat(70000) }), 413, 'BODY_TOO_LARGE'],
      ['a text that is too long', post({ input_text: 'x'.repeat(9000) }), 413, 'INPUT_TOO_LONG'],
    ])('%s', async (_, request, status, code) => {
      const response = await respond(echo)(request);
      expect(await codeOf(response)).toEqual([status, code]);
    });

    it('a body that is too large though its headers do not say so', async () => {
      const parts = Array.from({ length: 100 }, () => new TextEncoder().encode('x'.repeat(1000)));
      let pulled = 0;
      const body = new ReadableStream<Uint8Array>({ pull: (controller) => { const part = parts[pulled++]; if (part === undefined) controller.close(); else controller.enqueue(part); } });
      const request = new Request(URL_, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, duplex: 'half' } as RequestInit);
      expect(await codeOf(await respond(echo)(request))).toEqual([413, 'BODY_TOO_LARGE']);
      expect(pulled).toBeLessThan(70);
    });

    it.each([[{}], [{ 'Content-Length': '24' }]])('a body that is no UTF-8, with the headers %j', async (declared: Record<string, string>) => {
      const bytes = new TextEncoder().encode('{"input_text":"ab cd.."}');
      bytes.set([0xff, 0xfe], 15);
      const request = new Request(URL_, { method: 'POST', headers: { 'Content-Type': 'application/json', ...declared }, body: bytes });
      expect(await codeOf(await respond(echo)(request))).toEqual([400, 'BAD_BODY']);
    });

    it('without a token, with a wrong one, and with one that has expired', async () => {
      const clock = new ManualClock();
      const auth = new MockAuthProvider({ clock, tokenTtlSeconds: 60 });
      const handler = respond(echo, { auth });
      const token = auth.createToken({ userId: 'u' });
      const missing = await handler(post({ input_text: 'x' }));
      expect([missing.headers.get('WWW-Authenticate'), ...(await codeOf(missing))]).toEqual(['Bearer', 401, 'AUTH_MISSING']);
      expect(await codeOf(await handler(post({ input_text: 'x' }, { Authorization: 'Bearer wrong' })))).toEqual([401, 'AUTH_INVALID']);
      expect(await codeOf(await handler(post({ input_text: 'x' }, { Authorization: 'Basic dTpw' })))).toEqual([401, 'AUTH_MISSING']);
      expect((await handler(post({ input_text: 'x' }, { Authorization: `bearer ${token}` }))).status).toBe(200);
      await clock.advance(60000);
      expect(await codeOf(await handler(post({ input_text: 'x' }, { Authorization: `Bearer ${token}` })))).toEqual([401, 'AUTH_EXPIRED']);
    });

    it('with 401 when the proof itself breaks, and says nothing of how', async () => {
      const handler = respond(echo, { auth: { validate: async () => { throw new TypeError('kid not found in secret-jwks.internal'); } } });
      const response = await handler(post({ input_text: 'x' }, { Authorization: 'Bearer x' }));
      const text = await response.text();
      expect([response.status, text.includes('secret-jwks')]).toEqual([401, false]);
    });

    it('the session of another user, also one the token is not bound to, and tells nothing of it', async () => {
      const auth = new MockAuthProvider();
      const store = new InMemoryStore();
      const graph = echo.withStage('save', new MemoryWriteStage(store), undefined, { dependencies: ['llm'] });
      const handler = respond(graph, { auth });
      const as = (identity: { userId: string; sessionId?: string }): Record<string, string> => ({ Authorization: `Bearer ${auth.createToken(identity)}` });
      const alice = as({ userId: 'alice' });
      expect((await handler(post({ input_text: 'my secret', session_id: S }, alice))).status).toBe(200);
      for (const [name, headers] of [['mallory', as({ userId: 'mallory' })], ['bound', as({ userId: 'alice', sessionId: U })]] as const) {
        for (const session_id of [S, S.toUpperCase()]) {
          const response = await handler(post({ input_text: name, session_id }, headers));
          const text = await response.text();
          expect([response.status, text.includes('secret'), text.includes('alice')]).toEqual([403, false, false]);
        }
      }
      expect((await store.fetch(S)).map(({ content }) => content)).toEqual(['my secret', 'You said: my secret']);
      expect((await handler(post({ input_text: 'again', session_id: S }, alice))).status).toBe(200);
      expect((await json(await handler(post({ input_text: 'x' }, as({ userId: 'bob', sessionId: U })))))['session_id']).toBe(U);
    });

    it('a session that was made for another user, from its first turn on', async () => {
      const auth = new MockAuthProvider({ tokens: { alice: { userId: 'alice' }, mallory: { userId: 'mallory' } } });
      const handler = respond(echo, { auth });
      const ask = (token: string, body: object): Promise<Response> => handler(post(body, { Authorization: `Bearer ${token}` }));
      const made = (await json(await ask('alice', { input_text: 'x' })))['session_id'];
      const chat = (await ask('alice', { id: 'chat', messages: [{ role: 'user', content: 'x' }] })).headers.get('X-Session-Id');
      for (const session_id of [made, chat]) {
        expect((await ask('mallory', { input_text: 'x', session_id })).status).toBe(403);
        expect((await ask('alice', { input_text: 'x', session_id })).status).toBe(200);
      }
    });

    it('more requests than the limit, by user, and says when to come again', async () => {
      const clock = new ManualClock();
      const auth = new MockAuthProvider({ tokens: { a: { userId: 'a' }, b: { userId: 'b' } } });
      const handler = respond(echo, { auth, rateLimiter: new FixedWindowRateLimiter({ limit: 2, windowSeconds: 10, clock }) });
      const ask = (token: string): Promise<Response> => handler(post({ input_text: 'x' }, { Authorization: `Bearer ${token}` }));
      expect([(await ask('a')).status, (await ask('a')).status, (await ask('b')).status]).toEqual([200, 200, 200]);
      await clock.advance(4000);
      const limited = await ask('a');
      expect([limited.headers.get('Retry-After'), ...(await codeOf(limited))]).toEqual(['6', 429, 'RATE_LIMITED']);
      await clock.advance(6000);
      expect((await ask('a')).status).toBe(200);
    });

    it('anonymous clients by their address', async () => {
      const handler = respond(echo, { rateLimiter: new FixedWindowRateLimiter({ limit: 1 }) });
      const from = async (address: string): Promise<number> => (await handler(post({ input_text: 'x' }, { 'CF-Connecting-IP': address }))).status;
      expect([await from('1.1.1.1'), await from('1.1.1.1'), await from('2.2.2.2')]).toEqual([200, 429, 200]);
    });
  });

  describe('lets pages of other origins', () => {
    const options: RespondOptions = { cors: { origins: ['https://app.test'], credentials: true, maxAgeSeconds: 60 } };

    it('in where they are listed', async () => {
      const response = await respond(echo, options)(post({ input_text: 'x' }, { Origin: 'https://app.test' }));
      expect([response.status, response.headers.get('Access-Control-Allow-Origin'), response.headers.get('Access-Control-Allow-Credentials'), response.headers.get('Vary')]).toEqual([200, 'https://app.test', 'true', 'Origin']);
    });

    it('ask beforehand', async () => {
      const response = await respond(echo, options)(new Request(URL_, { method: 'OPTIONS', headers: { Origin: 'https://app.test', 'Access-Control-Request-Method': 'POST' } }));
      expect([response.status, response.headers.get('Access-Control-Max-Age'), response.headers.get('Access-Control-Allow-Methods')]).toEqual([204, '60', 'POST, GET, OPTIONS']);
    });

    it.each(['https://evil.test', 'https://app.test.evil.test', 'null', 'http://app.test'])('out where they are not: %s', async (Origin) => {
      const response = await respond(echo, options)(post({ input_text: 'x' }, { Origin }));
      expect([response.headers.get('Access-Control-Allow-Origin'), ...(await codeOf(response))]).toEqual([null, 403, 'ORIGIN_NOT_ALLOWED']);
    });

    it('read the refusals too', async () => {
      const response = await respond(echo, options)(post('{', { Origin: 'https://app.test' }));
      expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([400, 'https://app.test']);
    });

    it('in, all of them, where asked; and those of its own origin always', async () => {
      expect((await respond(echo, { cors: { origins: '*' } })(post({ input_text: 'x' }, { Origin: 'https://any.test' }))).headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect((await respond(echo)(post({ input_text: 'x' }, { Origin: 'https://edge.test' }))).status).toBe(200);
      expect((await respond(echo)(post({ input_text: 'x' }, { Origin: 'https://other.test' }))).status).toBe(403);
    });

    it.each([{ origins: ['app.test'] }, { origins: ['https://app.test/'] }, { origins: '*', credentials: true }, { origins: 'https://a.test' }, { origin: [] }])('refuses the options %j', (cors) => {
      expect(() => respond(echo, { cors: cors as never })).toThrow('respond.cors');
    });
  });

  describe('when a run fails', () => {
    const failing = (error: unknown, kind: 'work' | 'guard' = 'work'): ReturnType<typeof respond> => respond(new Pipeline().withStage('s', () => { throw error; }, kind));

    it.each([
      ['a stage', 'work', 502, 'RUN_FAILED'],
      ['a guard', 'guard', 422, 'REFUSED'],
    ] as const)('by %s says so without the cause', async (_, kind, status, code) => {
      const response = await failing(new Error('my secret'), kind)(post({ input_text: 'x' }));
      const text = await response.clone().text();
      expect(await codeOf(response)).toEqual([status, code]);
      expect(text).not.toContain('secret');
    });

    it('says so at the end of a stream that has begun', async () => {
      const graph = new Pipeline().withStage('llm', async (ctx: StageContext) => {
        await ctx.output.write(textElement('Hel'));
        throw new Error('my secret');
      }, 'transform');
      const response = await respond(graph)(post({ input_text: 'x' }, { Accept: 'text/event-stream' }));
      const list = await events(response);
      expect(list.slice(-3)).toEqual([{ type: 'text-end', id: expect.any(String) }, { type: 'error', errorText: 'The answer could not be made. Try again.' }, 'DONE']);
    });

    it('logs ids, status and time, and nothing that was said', async () => {
      const lines: unknown[] = [];
      const log = (message: string, data: unknown): void => void lines.push([message, data]);
      const logger = { debug: log, info: log, warn: log, error: log };
      await respond(echo, { logger, clock: new ManualClock(), ids: sequentialIds() })(post({ input_text: 'my secret', session_id: S }));
      await respond(new Pipeline().withStage('s', () => { throw new RangeError('my secret'); }, 'work'), { logger })(post({ input_text: 'my secret' }));
      expect(lines[0]).toEqual(['edge.request', { request_id: '00000000-0000-4000-8000-000000000001', method: 'POST', status: 200, code: null, duration_ms: 0 }]);
      expect(lines).toHaveLength(3);
      expect(JSON.stringify(lines)).not.toContain('secret');
    });
  });

  describe('when the client leaves', () => {
    const waiting = (): { graph: Pipeline<object>; stopped: Promise<unknown> } => {
      let stop: (reason: unknown) => void = () => undefined;
      const stopped = new Promise((resolve) => (stop = resolve));
      const graph = new Pipeline().withStage('llm', async (ctx: StageContext) => {
        await ctx.output.write(textElement('Hel'));
        await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => { stop('stopped'); resolve(); }));
      }, 'transform');
      return { graph: graph as Pipeline<object>, stopped };
    };

    it('stops the run of a stream that is no longer read', async () => {
      const { graph, stopped } = waiting();
      const kept: Promise<unknown>[] = [];
      const response = await respond(graph)(post({ input_text: 'x' }, { Accept: 'text/event-stream' }), undefined, { waitUntil: (work) => void kept.push(work) });
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.read(); // the first word: the stage is at work
      await reader?.cancel('gone');
      expect(await stopped).toBe('stopped');
      await Promise.all(kept);
      expect(kept).toHaveLength(1);
    });

    it('stops the run of a request that is aborted', async () => {
      const { graph, stopped } = waiting();
      const controller = new AbortController();
      const answering = respond(graph)(post({ input_text: 'x' }, {}, { signal: controller.signal }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort();
      expect(await stopped).toBe('stopped');
      expect((await answering).status).toBeGreaterThanOrEqual(400);
    });
  });

  it('takes a pipeline, built or not, and refuses what is none', async () => {
    expect((await json(await respond(echo.build())(post({ input_text: 'hi' }))))['response']).toBe('You said: hi');
    for (const graph of [undefined, null, {}, 'llm']) expect(() => respond(graph as never)).toThrow('respond.graph');
  });

  it('refuses options that are wrong', () => {
    for (const options of [{ maxBodyBytes: 0 }, { responseStage: '' }, { owner: 1 }]) expect(() => respond(echo, options as RespondOptions)).toThrow('respond.');
  });

  it('answers any malformed request with a 4xx and a clear body, and nothing else', async () => {
    const handler = respond(echo, { auth: new MockAuthProvider({ tokens: { good: { userId: 'u' } } }), cors: { origins: ['https://app.test'] } });
    const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('{', '[]', 'null', '{"input_text":5}', '{"messages":[null]}', '{"messages":[{"role":"user","parts":[5]}]}', '{"input_text":"","session_id":"x"}', '{"__proto__":{"input_text":"x"}}'));
    const header = fc.stringMatching(/^[!-~]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(fc.record({ method: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE', 'PATCH'), body: fc.oneof(word, fc.json()), type: fc.oneof(fc.constant('application/json'), header), authorization: fc.oneof(fc.constant('Bearer good'), header), session: fc.option(header), origin: fc.option(fc.oneof(fc.constant('https://app.test'), header)), upgrade: fc.option(fc.constantFrom('websocket', 'h2c')) }), async (given) => {
        const headers = new Headers({ 'Content-Type': given.type, Authorization: given.authorization });
        if (given.session !== null) headers.set('X-Session-Id', given.session);
        if (given.origin !== null) headers.set('Origin', given.origin);
        if (given.upgrade !== null && given.method !== 'GET') headers.set('Upgrade', given.upgrade);
        const request = new Request(URL_, { method: given.method, headers, ...(given.method === 'GET' ? {} : { body: given.body }) });
        const wellFormed = isWellFormed(given.body);
        const response = await handler(request);
        const body = await json(response);
        if (response.status === 200) {
          expect(wellFormed && given.method === 'POST').toBe(true);
          return;
        }
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
        expect(body).toEqual({ error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String), request_id: expect.any(String) } });
      }),
      { numRuns: scale(500, 10000), seed },
    );
  });
});

function isWellFormed(body: string): boolean {
  try {
    const value = JSON.parse(body) as { input_text?: unknown; inputText?: unknown; messages?: unknown };
    return typeof (value.input_text ?? value.inputText) === 'string' || Array.isArray(value.messages);
  } catch {
    return false;
  }
}
