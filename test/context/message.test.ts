import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Data } from '../../src/base/data.js';
import { contentPart, contentPartFromDict, contentPartToDict, type ContentPart } from '../../src/context/content-part.js';
import { Message, type MessageInit } from '../../src/context/message.js';
import { toolCall, toolCallFromDict, toolCallToDict } from '../../src/context/tool-call.js';

const json = (value: unknown): Data => JSON.parse(JSON.stringify(value)) as Data;

describe('Message', () => {
  it('writes what it has and leaves the rest out', () => {
    expect(new Message({ role: 'user', content: 'hi' }).toDict()).toEqual({ role: 'user', content: 'hi', timestamp: null, metadata: {} });
    const full = new Message({ role: 'assistant', content: 'Hel', timestamp: new Date(9), metadata: { a: { b: 1 } }, toolCalls: [{ id: 't', name: 'f', arguments: { x: 1 } }], parts: [{ type: 'text', text: 'x' }], spoken: 'Hel', generated: 'Hello', interrupted: true });
    expect(full.toDict()).toEqual({ role: 'assistant', content: 'Hel', timestamp: '1970-01-01T00:00:00.009Z', metadata: { a: { b: 1 } }, tool_calls: [{ id: 't', name: 'f', arguments: { x: 1 } }], parts: [{ type: 'text', text: 'x' }], spoken: 'Hel', generated: 'Hello', interrupted: true });
    expect(Message.fromDict(json(full)).toDict()).toEqual(full.toDict());
  });

  it('reads chat-completions messages', () => {
    const message = Message.fromDict({ role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] });
    expect([message.content, message.toolCalls]).toEqual(['', [{ id: 'c', name: 'f', arguments: { a: 1 }, rawArguments: '{"a":1}' }]]);
    expect(Message.fromDict({ role: 'tool', content: 'ok', tool_call_id: 'c' }).toolCallId).toBe('c');
    expect(Message.fromDict({ role: 'tool', content: 'ok', toolCallId: 'c' }).toolCallId).toBe('c');
  });

  it('is frozen all the way down, and copies what it is given', () => {
    const metadata = { list: [1] };
    const message = new Message({ role: 'user', content: 'x', metadata, toolCalls: [{ id: 't', name: 'f', arguments: { deep: { y: 1 } } }] });
    metadata.list.push(2);
    expect(message.metadata).toEqual({ list: [1] });
    expect([Object.isFrozen(message), Object.isFrozen(message.metadata['list']), Object.isFrozen(message.toolCalls), Object.isFrozen((message.toolCalls?.[0]?.arguments as Data)['deep'])]).toEqual([true, true, true, true]);
  });

  it('has copies with other fields', () => {
    const message = new Message({ role: 'user', content: 'a', metadata: { m: 1 }, timestamp: new Date(5) });
    expect(message.with({ content: 'b', interrupted: true }).toDict()).toEqual({ ...message.toDict(), content: 'b', interrupted: true });
  });

  it.each([{ role: 'bot' }, { content: null }, { metadata: [] }, { timestamp: 'soon' }, { interrupted: 'yes' }, { spoken: 5 }, { toolCallId: 5 }])('refuses %j', (init) => {
    expect(() => new Message({ role: 'user', content: '', ...(init as object) })).toThrow(`Message.${Object.keys(init)[0]}`);
  });

  it('comes back from JSON as it was, whatever it holds', () => {
    const text = fc.string({ unit: 'binary' });
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'tool'), content: text, metadata: fc.dictionary(text, fc.jsonValue()), timestamp: fc.option(fc.date({ noInvalidDate: true })), spoken: fc.option(text, { nil: undefined }), interrupted: fc.option(fc.boolean(), { nil: undefined }) });
    fc.assert(fc.property(message, (init) => {
      const made = new Message(init as MessageInit);
      expect(JSON.stringify(Message.fromDict(json(made)))).toBe(JSON.stringify(made));
    }));
  });
});

describe('tool calls', () => {
  it.each([
    [{ id: 'a', name: 'f', arguments: { x: [1] } }],
    [{ id: 'a', name: 'f', arguments: null }],
    [{ id: '', name: 'f', arguments: 'text' }],
    [{ id: 'a', name: 'f', arguments: 5n }],
    [{ id: 'a', name: 'f', arguments: undefined, rawArguments: '{broken' }],
  ])('come back from their wire form: %s', (call) => {
    expect(toolCallFromDict(json(toolCallToDict(toolCall(call))))).toEqual(call);
  });

  it('keep arguments that are no JSON as the model wrote them', () => {
    expect(toolCallFromDict({ id: 'a', function: { name: 'f', arguments: '{broken' } })).toEqual({ id: 'a', name: 'f', arguments: undefined, rawArguments: '{broken' });
  });

  it.each([{ name: '' }, { name: 5 }, { id: null }, { rawArguments: {} }])('refuse %j', (init) => {
    expect(() => toolCall({ id: 'a', name: 'f', arguments: {}, ...(init as object) })).toThrow(`ToolCall.${Object.keys(init)[0]}`);
  });
});

describe('content parts', () => {
  const parts: ContentPart[] = [{ type: 'text', text: 'x' }, { type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2, 3]) }, { type: 'file', mimeType: 'text/plain', url: 'https://x.test/a', name: 'a.txt' }];

  it('come back from their wire form, bytes as bytes', () => {
    expect(parts.map((part) => contentPartFromDict(json(contentPartToDict(part))))).toEqual(parts);
    expect(contentPartToDict(parts[1] as ContentPart)).toEqual({ type: 'image', mime_type: 'image/png', data: 'AQID' });
    expect(contentPartFromDict({ type: 'image', mimeType: 'image/png', url: 'u' })).toEqual({ type: 'image', mimeType: 'image/png', url: 'u' });
  });

  it.each([{ type: 'song' }, { type: 'text' }, { type: 'image' }, { type: 'image', mimeType: 'image/png' }, { type: 'audio', mimeType: 'a/b', data: [1] }])('refuse %j', (part) => {
    expect(() => contentPart(part as ContentPart)).toThrow('ContentPart.');
  });
});
