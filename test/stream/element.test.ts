// Elements: what each builder makes, what may be asked of it, and its changed copies.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { Message } from '../../src/context/message.js';
import {
  audioElement, element, endOfStreamElement, endOfTurnElement, errorElement, hasContent, imageElement, interruptElement, isControl, isEmpty, messageElement, partsElement, Priority, textElement, toolCallElement, valueElement, videoElement,
  withMetadata, withPriority, withSequence, withSource, type ElementOptions, type StreamElement,
} from '../../src/stream/element.js';

const chunk = new AudioChunk({ data: new Uint8Array(4), sampleRate: 16000 });
const message = new Message({ role: 'user', content: 'hi' });
const toolCall = { id: 'c', name: 'clock', arguments: {} };
const bytes = new Uint8Array(3);
const error = new Error('x');
const parts = [{ type: 'text' as const, text: 'a' }];
const { NORMAL, HIGH, CRITICAL } = Priority;

const builders: readonly (readonly [string, (options?: ElementOptions) => StreamElement, Record<string, unknown>, Priority, boolean])[] = [
  ['text', (options) => textElement('a', options), { text: 'a' }, NORMAL, false],
  ['audio', (options) => audioElement(chunk, options), { audio: chunk }, HIGH, false],
  ['message', (options) => messageElement(message, options), { message }, NORMAL, false],
  ['toolCall', (options) => toolCallElement(toolCall, options), { toolCall }, NORMAL, false],
  ['image', (options) => imageElement(bytes, 'image/png', options), { image: bytes, mimeType: 'image/png' }, NORMAL, false],
  ['video', (options) => videoElement(bytes, 'video/webm', options), { video: bytes, mimeType: 'video/webm' }, HIGH, false],
  ['parts', (options) => partsElement(parts, options), { parts }, NORMAL, false],
  ['value', (options) => valueElement(5, options), { value: 5 }, NORMAL, false],
  ['error', (options) => errorElement(error, options), { error }, CRITICAL, true],
  ['interrupt', (options) => interruptElement('why', options), { reason: 'why' }, CRITICAL, true],
  ['endOfStream', (options) => endOfStreamElement(options), {}, CRITICAL, true],
  ['endOfTurn', (options) => endOfTurnElement(options), {}, HIGH, true],
  ['speechStart', (options) => element({ type: 'speechStart' }, options), {}, HIGH, true],
  ['speechEnd', (options) => element({ type: 'speechEnd' }, options), {}, HIGH, true],
];

describe('an element', () => {
  it.each(builders)('of type %s has its payload, its lane and a place, and is frozen', (type, build, payload, priority, control) => {
    const before = Date.now();
    const plain = build();
    expect(plain).toEqual({ type, ...payload, priority, sequence: 0, source: '', timestampMs: expect.any(Number) });
    expect(plain.timestampMs).toBeGreaterThanOrEqual(before);
    const options = { sequence: 7, timestampMs: 5.5, source: 'stt', priority: Priority.LOW, turnId: 't', metadata: { a: 1 } };
    const placed = build(options);
    expect(placed).toEqual({ type, ...payload, ...options });
    expect([Object.isFrozen(plain), Object.isFrozen(placed)]).toEqual([true, true]);
    expect([isControl(plain), hasContent(plain)]).toEqual([control, !control]);
    expect(element({ type, ...payload } as never, options)).toEqual(placed);
    expect(Object.keys(element({ type, ...payload } as never, options))).toEqual(Object.keys(placed));
  });

  it('takes audio as the fields of a chunk too', () => {
    expect(audioElement({ data: new Uint8Array(4), sampleRate: 16000 }).audio).toBeInstanceOf(AudioChunk);
  });

  it.each<[string, StreamElement, boolean]>([
    ['text', textElement(''), true], ['text', textElement(' '), false],
    ['audio', audioElement({ data: new Uint8Array(0), sampleRate: 16000 }), true], ['audio', audioElement(chunk), false],
    ['image', imageElement(new Uint8Array(0), 'image/png'), true], ['video', videoElement(new Uint8Array(0), 'video/webm'), true],
    ['parts', partsElement([]), true], ['value', valueElement(undefined), false], ['end', endOfStreamElement(), false],
  ])('is empty where its payload has length zero: %s', (_, one, empty) => {
    expect(isEmpty(one)).toBe(empty);
  });

  it('is changed by copies, which are frozen and share the payload', () => {
    const one = messageElement(message, { metadata: { a: 1, b: 1 } });
    const copies = [withSource(one, 'x'), withPriority(one, Priority.HIGH), withSequence(one, 3), withMetadata(one, { b: 2 })];
    expect(copies).toEqual([{ ...one, source: 'x' }, { ...one, priority: Priority.HIGH }, { ...one, sequence: 3 }, { ...one, metadata: { a: 1, b: 2 } }]);
    for (const copy of copies) expect([Object.isFrozen(copy), copy.message === message]).toEqual([true, true]);
    expect(Object.isFrozen(copies[3]?.metadata)).toBe(true);
  });
});
