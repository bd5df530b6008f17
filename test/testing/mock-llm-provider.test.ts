import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../src/base/errors.js';
import { Message } from '../../src/context/message.js';
import type { LLMEvent, LLMProvider } from '../../src/providers/llm.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockFailure } from '../../src/testing/mock-behaviour.js';
import { MockLLMProvider } from '../../src/testing/mock-llm-provider.js';

const say = (content: string): Message[] => [new Message({ role: 'system', content: 'be kind' }), new Message({ role: 'user', content })];
const all = async (events: AsyncIterable<LLMEvent>): Promise<LLMEvent[]> => {
  const list: LLMEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
};
const textOf = (events: readonly LLMEvent[]): string => events.map((event) => (event.type === 'text' ? event.delta : '')).join('');

describe('MockLLMProvider', () => {
  it.each([[undefined, 'Mock response'], ['Hi!', 'Hi!'], [{ responseText: 'Hello' }, 'Hello']])('given %j says %j', async (options, text) => {
    const provider: LLMProvider = new MockLLMProvider(options);
    const response = await provider.complete(say('x'));
    expect([response.content, response.provider, response.model, response.finishReason, response.totalTokens > 0]).toEqual([text, 'mock', 'mock-model', 'stop', true]);
  });

  it('gives its responses one after the other, across both kinds of call', async () => {
    const provider = new MockLLMProvider({ responses: ['a', 'b'] });
    expect([(await provider.complete('x')).content, textOf(await all(provider.stream('x'))), (await provider.complete('x')).content]).toEqual(['a', 'b', 'a']);
    provider.reset();
    expect([(await provider.complete('x')).content, provider.callCount]).toEqual(['a', 1]);
  });

  it('prefers a pattern to the echo, and the echo to the responses', async () => {
    const provider = new MockLLMProvider({ patterns: { 'weather': 'Rain.' }, echo: true, responses: ['never'] });
    expect([(await provider.complete(say('The WEATHER?'))).content, (await provider.complete(say('hello'))).content]).toEqual(['Rain.', 'Echo: hello']);
    const precise = new MockLLMProvider({ patterns: [[/^A/g, 'upper'], ['^a', 'lower']] });
    expect([(await precise.complete('A')).content, (await precise.complete('A')).content, (await precise.complete('a')).content]).toEqual(['upper', 'upper', 'lower']);
  });

  it('asks for tools until a tool has answered', async () => {
    const call = { id: 't1', name: 'light', arguments: { on: true } };
    const provider = new MockLLMProvider({ toolResponses: { 'light': [call] }, responseText: 'Done.' });
    const asked = await provider.complete(say('light on'));
    expect([asked.finishReason, asked.toolCalls]).toEqual(['tool-calls', [call]]);
    const events = await all(provider.stream(say('light on')));
    expect(events.map(({ type }) => type)).toEqual(['tool-call', 'finish']);
    const answered = [...say('light on'), new Message({ role: 'assistant', content: '', toolCalls: [call] }), new Message({ role: 'tool', content: 'ok', toolCallId: 't1' })];
    expect((await provider.complete(answered)).content).toBe('Done.');
  });

  it('streams deltas of whole code points and ends with what it cost', async () => {
    const events = await all(new MockLLMProvider({ responseText: 'ab👋cd', chunkSize: 2 }).stream(say('x')));
    expect(events.map((event) => (event.type === 'text' ? event.delta : event.type))).toEqual(['ab', '👋c', 'd', 'finish']);
    expect(events.at(-1)).toMatchObject({ reason: 'stop', usage: { inputTokens: 2, outputTokens: 3 } });
  });

  it('remembers every call with what it answered', async () => {
    const provider = new MockLLMProvider({ responses: ['a'] });
    await provider.complete(say('one'), { sessionId: 's' });
    await all(provider.stream(say('two')));
    expect(provider.callHistory.map(({ method, messages, options, response }) => [method, messages.at(-1)?.content, options.sessionId, response])).toEqual([['complete', 'one', 's', 'a'], ['stream', 'two', undefined, 'a']]);
  });

  it('takes its time on the clock it is given, the same from the same seed', async () => {
    const times = async (seed: number): Promise<number[]> => {
      const clock = new ManualClock();
      const provider = new MockLLMProvider({ latencyMs: 100, latencyJitterMs: 50, seed, clock });
      const found: number[] = [];
      for (let n = 0; n < 5; n++) found.push((await clock.settle(provider.complete('x'))).latencyMs);
      return found;
    };
    const first = await times(7);
    expect(first.every((ms) => ms >= 50 && ms <= 150)).toBe(true);
    expect(new Set(first).size).toBe(5);
    expect(await times(7)).toEqual(first);
    expect(await times(8)).not.toEqual(first);
  });

  it('keeps an interval between deltas and stops between them when it is aborted', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const provider = new MockLLMProvider({ responseText: '0123456789', chunkIntervalMs: 20, clock });
    const seen: [string, number][] = [];
    const reading = (async () => {
      for await (const event of provider.stream('x', { signal: controller.signal })) if (event.type === 'text') seen.push([event.delta, clock.now()]);
    })();
    const ended = expect(reading).rejects.toThrow(AbortedError);
    await clock.advance(10);
    controller.abort();
    await ended;
    expect(seen).toEqual([['01234', 0]]);
    expect(clock.pending).toBe(0);
    expect(provider.callHistory[0]).not.toHaveProperty('response');
  });

  it('fails as often as it is told, with what it is told', async () => {
    const provider = new MockLLMProvider({ failRate: 0.3, seed: 3 });
    let failed = 0;
    for (let n = 0; n < 200; n++) await provider.complete('x').catch((error: unknown) => void (error instanceof MockFailure && failed++));
    expect(failed).toBeGreaterThan(40);
    expect(failed).toBeLessThan(80);
    await expect(new MockLLMProvider({ failRate: 1, failError: new TypeError('mine') }).complete('x')).rejects.toThrow(TypeError);
    await expect(new MockLLMProvider({ failRate: 1, failError: 'overloaded' }).complete('x')).rejects.toThrow('overloaded');
    await expect(all(new MockLLMProvider({ failRate: 1 }).stream('x'))).rejects.toThrow(MockFailure);
  });

  it.each([{ chunkSize: 0 }, { failRate: 2 }, { latencyMs: -1 }, { echo: 'yes' }, { response_text: 'x' }])('refuses %j', (options) => {
    expect(() => new MockLLMProvider(options as object)).toThrow(`MockLLMProvider.${Object.keys(options)[0]}`);
  });
});
