import { describe, expect, it } from 'vitest';
import { AuthContext, AuthError } from '../../src/providers/auth.js';
import { LLMResponse } from '../../src/providers/llm-response.js';
import { STTResponse } from '../../src/providers/stt-response.js';
import { TTSResponse } from '../../src/providers/tts-response.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const raw = { secret: 'raw answer' };

describe('LLMResponse', () => {
  const response = new LLMResponse({ content: 'Hello, world!', model: 'gpt-4', provider: 'openai', inputTokens: 10, outputTokens: 5, latencyMs: 1500, finishReason: 'stop', cachedTokens: 3, toolCalls: [{ id: 't', name: 'f', arguments: { a: 1 } }], rawResponse: raw });

  it('writes the seed’s fields and never the raw answer', () => {
    expect(response.toDict()).toEqual({ content: 'Hello, world!', model: 'gpt-4', provider: 'openai', input_tokens: 10, output_tokens: 5, total_tokens: 15, latency_ms: 1500, finish_reason: 'stop', cached_tokens: 3, tool_calls: [{ id: 't', name: 'f', arguments: { a: 1 } }] });
    expect(JSON.stringify(response)).not.toContain('raw answer');
    expect(response.rawResponse).toBe(raw);
    expect(Object.isFrozen(raw)).toBe(false);
  });

  it('is read back, either spelling', () => {
    expect(LLMResponse.fromDict(response.toDict()).toDict()).toEqual(response.toDict());
    expect(LLMResponse.fromDict({ content: 'x', inputTokens: 4, finishReason: 'length' })).toMatchObject({ inputTokens: 4, finishReason: 'length', model: 'unknown' });
  });

  it('gives span attributes without the answer', () => {
    expect(response.toOtelAttributes()).toEqual({ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.response.model': 'gpt-4', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'gen_ai.response.finish_reasons': ['stop'], 'sluice.cached_tokens': 3, 'sluice.latency_ms': 1500 });
  });

  it.each([{ content: 5 }, { inputTokens: -1 }, { latencyMs: NaN }, { model: 3 }, { tokens: 1 }])('refuses %j', (init) => {
    expect(() => new LLMResponse({ content: '', ...(init as object) })).toThrow(`LLMResponse.${Object.keys(init)[0]}`);
  });
});

describe('STTResponse', () => {
  it('has the seed’s defaults', () => {
    expect(new STTResponse({ text: 'hi' }).toDict()).toEqual({ text: 'hi', confidence: 1, duration_ms: 0, language: 'en', words: [], is_final: true, provider: 'unknown', model: 'unknown', latency_ms: 0 });
  });

  it('is read back with its words, either spelling', () => {
    const response = new STTResponse({ text: 'hi you', confidence: 0.5, durationMs: 800, words: [{ text: 'hi', startMs: 0, endMs: 300, confidence: 0.9 }, { text: 'you', startMs: 300, endMs: 800 }], isFinal: false, rawResponse: raw });
    expect(STTResponse.fromDict(JSON.parse(JSON.stringify(response))).toDict()).toEqual(response.toDict());
    expect(STTResponse.fromDict({ text: 'a', words: [{ text: 'a', startMs: 1, endMs: 2 }], isFinal: false }).words).toEqual([{ text: 'a', startMs: 1, endMs: 2 }]);
    expect(JSON.stringify(response.toOtelAttributes())).not.toContain('hi');
  });

  it.each([{ text: null }, { confidence: 1.1 }, { durationMs: -1 }, { isFinal: 1 }])('refuses %j', (init) => {
    expect(() => new STTResponse({ text: '', ...(init as object) })).toThrow(`STTResponse.${Object.keys(init)[0]}`);
  });
});

describe('TTSResponse', () => {
  it('writes the size of the audio in place of the audio', () => {
    const audio = new Uint8Array([1, 2, 3, 4]);
    const response = new TTSResponse({ audio, durationMs: 0.125, charactersProcessed: 2, provider: 'p', model: 'm' });
    expect(response.toDict()).toEqual({ duration_ms: 0.125, sample_rate: 16000, format: 'pcm_16', channels: 1, characters_processed: 2, byte_count: 4, voice: null, provider: 'p', model: 'm', latency_ms: 0 });
    expect(response.audio).toBe(audio);
    expect(TTSResponse.fromDict(response.toDict())).toMatchObject({ byteCount: 4, charactersProcessed: 2 });
  });

  it('needs nothing at all', () => {
    expect(new TTSResponse().byteCount).toBe(0);
  });

  it.each([{ audio: 'x' }, { format: 'ogg' }, { sampleRate: 0 }, { byteCount: 1.5 }])('refuses %j', (init) => {
    expect(() => new TTSResponse(init as object)).toThrow(`TTSResponse.${Object.keys(init)[0]}`);
  });
});

describe('AuthContext', () => {
  it('is frozen, and read back, either spelling', () => {
    const identity = new AuthContext({ userId: 'u', orgId: S, sessionId: S, roles: ['a'], expiresAt: new Date(5000), claims: { nested: { x: 1 } } });
    expect(Object.isFrozen(identity.claims['nested'])).toBe(true);
    expect(AuthContext.fromDict(JSON.parse(JSON.stringify(identity))).toDict()).toEqual(identity.toDict());
    expect(AuthContext.fromDict({ userId: 'u', sessionId: S }).sessionId).toBe(S);
  });

  it.each([{ userId: '' }, { orgId: 'x' }, { sessionId: 'x' }, { roles: [''] }, { claims: [] }])('refuses %j', (init) => {
    expect(() => new AuthContext({ userId: 'u', ...(init as object) })).toThrow(`AuthContext.${Object.keys(init)[0]}`);
  });

  it('says why a request is refused, and with which status', () => {
    expect((['missing', 'invalid', 'expired', 'forbidden'] as const).map((reason) => [new AuthError(reason).code, new AuthError(reason).status])).toEqual([['AUTH_MISSING', 401], ['AUTH_INVALID', 401], ['AUTH_EXPIRED', 401], ['AUTH_FORBIDDEN', 403]]);
  });
});
