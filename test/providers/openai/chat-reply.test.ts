import { describe, expect, it } from 'vitest';
import type { Data } from '../../../src/base/data.js';
import type { LLMEvent } from '../../../src/providers/llm.js';
import { ChatReply } from '../../../src/providers/openai/chat-reply.js';

const delta = (fields: Data, reason: string | null = null): Data => ({ choices: [{ index: 0, delta: fields, finish_reason: reason }] });
const call = (fields: Data): Data => delta({ tool_calls: [fields] });

function read(chunks: readonly Data[]): readonly LLMEvent[] {
  const reply = new ChatReply();
  return [...chunks.flatMap((chunk) => reply.accept(chunk)), ...reply.end()];
}

const stop: LLMEvent = { type: 'finish', reason: 'stop' };
const rome: LLMEvent = { type: 'tool-call', id: 'a', name: 'weather', input: { city: 'Rome' } };
const oslo: LLMEvent = { type: 'tool-call', id: 'b', name: 'weather', input: { city: 'Oslo' } };
const called: LLMEvent = { type: 'finish', reason: 'tool-calls' };

describe('ChatReply', () => {
  it.each<[string, readonly Data[], readonly LLMEvent[]]>([
    ['text', [delta({ role: 'assistant', content: '' }), delta({ content: 'Hel' }), delta({ content: 'lo' }, 'stop')], [{ type: 'text', delta: 'Hel' }, { type: 'text', delta: 'lo' }, stop]],
    ['usage in a chunk of its own after the reason', [delta({ content: 'a' }), delta({}, 'stop'), { choices: [], usage: { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } } }], [{ type: 'text', delta: 'a' }, { ...stop, usage: { inputTokens: 9, outputTokens: 2, cachedTokens: 4 } }]],
    ['usage in every chunk, the last one counting', [{ ...delta({ content: 'a' }), usage: { prompt_tokens: 9, completion_tokens: 1 } }, { ...delta({}, 'stop'), usage: { prompt_tokens: 9, completion_tokens: 2 } }], [{ type: 'text', delta: 'a' }, { ...stop, usage: { inputTokens: 9, outputTokens: 2 } }]],
    ['usage that is null', [{ ...delta({ content: 'a' }, 'stop'), usage: null }], [{ type: 'text', delta: 'a' }, stop]],
    ['reasoning under its first name', [delta({ reasoning_content: 'hm' }), delta({ content: 'a' }, 'stop')], [{ type: 'reasoning', delta: 'hm' }, { type: 'text', delta: 'a' }, stop]],
    ['reasoning under its second name', [delta({ reasoning: 'hm', content: null }), delta({ content: 'a' }, 'stop')], [{ type: 'reasoning', delta: 'hm' }, { type: 'text', delta: 'a' }, stop]],
    ['reasoning between tags', [delta({ content: '<think>h' }), delta({ content: 'm</thi' }), delta({ content: 'nk>\n\na' }, 'stop')], [{ type: 'reasoning', delta: 'h' }, { type: 'reasoning', delta: 'm' }, { type: 'text', delta: 'a' }, stop]],
    ['a refusal, which is what is said', [delta({ refusal: 'No.' }, 'content_filter')], [{ type: 'text', delta: 'No.' }, { type: 'finish', reason: 'content-filter' }]],
    ['a reason of its own', [delta({ content: 'a' }, 'insufficient_system_resource')], [{ type: 'text', delta: 'a' }, { type: 'finish', reason: 'other' }]],
    ['tool calls in pieces by index', [call({ index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }), call({ index: 0, function: { arguments: '{"city":' } }), call({ index: 1, id: 'b', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }), call({ index: 0, function: { arguments: '"Rome"}' } }), delta({}, 'tool_calls')], [rome, oslo, called]],
    ['tool calls whole under one and the same index', [call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"city":"Rome"}' } }), call({ index: 0, id: 'b', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }), delta({}, 'stop')], [rome, oslo, called]],
    ['tool calls without an index', [call({ id: 'a', function: { name: 'weather', arguments: '{"city":' } }), call({ function: { arguments: '"Rome"}' } }), call({ id: 'b', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }), delta({}, 'stop')], [rome, oslo, called]],
    ['arguments as a record', [call({ index: 0, id: 'a', function: { name: 'weather', arguments: { city: 'Rome' } } }), delta({}, 'stop')], [rome, called]],
    ['a name that every piece repeats', [call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"city"' } }), call({ index: 0, id: 'a', function: { name: 'weather', arguments: ':"Rome"}' } }), delta({}, 'tool_calls')], [rome, called]],
    ['a call without an id, which gets one', [call({ index: 0, function: { name: 'weather', arguments: '' } }), delta({}, 'tool_calls')], [{ type: 'tool-call', id: 'call_0', name: 'weather', input: {} }, called]],
    ['arguments that are no JSON, which stay text', [call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"city":' } }), delta({}, 'tool_calls')], [{ type: 'tool-call', id: 'a', name: 'weather', input: '{"city":' }, called]],
    ['the older form of a call', [delta({ function_call: { name: 'weather', arguments: '{"city":' } }), delta({ function_call: { arguments: '"Rome"}' } }, 'function_call')], [{ ...rome, id: 'call_0' }, called]],
    ['a call that was cut by the limit', [call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"ci' } }), delta({}, 'length')], [{ type: 'tool-call', id: 'a', name: 'weather', input: '{"ci' }, { type: 'finish', reason: 'length' }]],
    ['fields of other types than expected', [{ choices: 'none' }, { choices: [null, { delta: 4, finish_reason: 7 }] }, delta({ content: 5, tool_calls: [null, 'x'] }), { usage: 'much' }, delta({}, 'stop')], [stop]],
    ['a second choice, which nobody asked for', [{ choices: [{ index: 1, delta: { content: 'b' } }] }, delta({ content: 'a' }, 'stop')], [{ type: 'text', delta: 'a' }, stop]],
    ['content in parts', [{ choices: [{ message: { content: [{ type: 'text', text: 'a' }, { type: 'other', text: 'x' }] }, finish_reason: 'stop' }] }], [{ type: 'text', delta: 'a' }, stop]],
  ])('reads %s', (_what, chunks, events) => {
    expect(read(chunks)).toEqual(events);
  });
});
