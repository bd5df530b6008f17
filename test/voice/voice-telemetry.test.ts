import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/context/message.js';
import type { LLMEvent } from '../../src/providers/llm.js';
import type { SpanAttributes, TraceSpan } from '../../src/pipeline/interceptors/tracing.js';
import { ToolRegistry } from '../../src/providers/tools.js';
import { converse, live, say } from './conversation.js';

interface Span extends TraceSpan {
  readonly name: string;
  readonly attributes: SpanAttributes;
  readonly parent: unknown;
  readonly startTime: number | undefined;
  status: number;
  ended: boolean;
}

function recorder() {
  const spans: Span[] = [];
  const tracer = {
    startSpan(name: string, options: { readonly attributes?: SpanAttributes; readonly startTime?: number } = {}, parent?: unknown): Span {
      const span: Span = {
        name, parent, startTime: options.startTime, attributes: { ...options.attributes }, status: 0, ended: false,
        setAttributes: (more) => Object.assign(span.attributes, more),
        setStatus: ({ code }) => (span.status = code),
        end: () => (span.ended = true),
      };
      spans.push(span);
      return span;
    },
  };
  return { spans, tracing: { tracer, contextOf: (span: TraceSpan) => ({ parentOf: span }) } };
}

describe('the spans of a turn', () => {
  it('are one for the turn, from the end of speech, and one for each stage below it; no text is in them', async () => {
    const { spans, tracing } = recorder();
    const talk = live('It is noon.', { tracing });
    await talk.session.start();
    await say(talk, 'what time is it');
    await talk.clock.advance(5000);
    const turn = spans[0] as Span;
    expect(turn).toMatchObject({ name: 'voice turn', status: 1, ended: true, startTime: talk.clock.epochMs() - talk.clock.now() + 500 });
    expect(turn.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent', 'gen_ai.conversation.id': talk.session.sessionId, 'gen_ai.provider.name': 'scripted',
      'gen_ai.response.time_to_first_chunk': 0.52, 'sluice.turn.source': 'voice', 'sluice.turn.interrupted': false, 'sluice.turn.saved_ms': 200,
      'sluice.latency.total_ms': 520, 'sluice.latency.endpoint_ms': 500, 'sluice.latency.device_ms': 20,
    });
    const parts = Object.entries(turn.attributes).filter(([name]) => name.startsWith('sluice.latency.') && !name.includes('total'));
    expect(parts.reduce((sum, [, ms]) => sum + Number(ms), 0)).toBeCloseTo(520, 3);
    expect(spans.slice(1).map(({ name }) => name)).toEqual(expect.arrayContaining(['stage stt', 'stage llm', 'stage tts', 'stage playout', 'stage memory_write']));
    for (const span of spans.slice(1)) expect(span).toMatchObject({ parent: { parentOf: turn }, ended: true });
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(/noon|time is/);
  });

  it('have what was said in marked attributes only, and only when it is asked for', async () => {
    const { spans, tracing } = recorder();
    const talk = live('It is noon.', { tracing: { ...tracing, texts: true } });
    await talk.clock.settle(talk.session.send('what time is it'));
    const withText = Object.entries(spans[0]?.attributes ?? {}).filter(([, value]) => /noon|time is/.test(String(value))).map(([name]) => name);
    expect(withText).toEqual(['sluice.pii.user_text', 'sluice.pii.answer_text']);
  });

  it('tell of turns that were taken back, and of what broke', async () => {
    const { spans, tracing } = recorder();
    const talk = live(() => { throw new Error('the model is away'); }, { tracing, failure: null });
    await talk.session.start();
    await say(talk, 'I would like');
    await say(talk, 'a coffee');
    await talk.clock.advance(5000);
    const turns = spans.filter(({ name }) => name === 'voice turn');
    expect(turns.map(({ attributes, status }) => [attributes['sluice.turn.discarded'] ?? false, status])).toEqual([[true, 1], [false, 2]]);
    expect(turns[1]?.attributes['error.type']).toEqual(expect.any(String));
  });

  it('are one for each call of a tool too, which may outlive its turn; what it was given and gave only when texts are asked for', async () => {
    for (const texts of [false, true]) {
      const { spans, tracing } = recorder();
      const tools = new ToolRegistry([
        { name: 'weather', execute: () => ({ sky: 'blue' }) },
        { name: 'broken', execute: () => Promise.reject(new TypeError('no such street')) },
      ]);
      const asked = [{ id: '1', name: 'weather', input: { city: 'Rome' } }, { id: '2', name: 'broken', input: {} }, { id: '3', name: 'unknown', input: {} }];
      const llm = {
        id: 'tools',
        complete: () => Promise.reject(new Error('the session streams')),
        async *stream(messages: readonly Message[]): AsyncGenerator<LLMEvent> {
          if (messages.at(-1)?.role === 'tool') yield { type: 'text', delta: 'Blue.' };
          else for (const call of asked) yield { type: 'tool-call', ...call };
          yield { type: 'finish', reason: 'stop' };
        },
      };
      const talk = converse('', { tracing: { ...tracing, texts }, llm, tools });
      await talk.clock.settle(talk.session.send('how is it outside'));
      const [turn] = spans;
      const calls = spans.filter(({ name }) => name.startsWith('execute_tool'));
      const told = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.type': 'function', 'gen_ai.conversation.id': talk.session.sessionId };
      expect(calls.map(({ name, attributes, status }) => [name, attributes, status])).toEqual([
        ['execute_tool weather', { ...told, 'gen_ai.tool.name': 'weather', 'gen_ai.tool.call.id': '1', 'sluice.tool.status': 'ok', ...(texts ? { 'sluice.pii.tool_arguments': '{"city":"Rome"}', 'sluice.pii.tool_result': '{"sky":"blue"}' } : {}) }, 1],
        ['execute_tool broken', { ...told, 'gen_ai.tool.name': 'broken', 'gen_ai.tool.call.id': '2', 'sluice.tool.status': 'failed', 'error.type': 'TypeError', ...(texts ? { 'sluice.pii.tool_arguments': '{}' } : {}) }, 2],
      ]);
      for (const span of calls) expect(span).toMatchObject({ parent: { parentOf: turn }, ended: true });
    }
  });

  it('refuse a tracer that is none', () => {
    expect(() => live('', { tracing: { tracer: {} as never } })).toThrow(/tracing/);
  });
});
