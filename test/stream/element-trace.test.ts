// What is told of an element: never its content.
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { Message } from '../../src/context/message.js';
import { bytesOf, traceOf } from '../../src/stream/element-trace.js';
import { audioElement, element, errorElement, imageElement, messageElement, textElement, toolCallElement, valueElement, videoElement, type StreamElement } from '../../src/stream/element.js';

const SECRET = 'my card is 4111 1111 1111 1111';
const all: readonly (readonly [string, StreamElement, number])[] = [
  ['text', textElement(SECRET), 0],
  ['value', valueElement({ SECRET }), 0],
  ['message', messageElement(new Message({ role: 'user', content: SECRET })), 0],
  ['toolCall', toolCallElement({ id: 'c', name: 'pay', arguments: { SECRET } }), 0],
  ['error', errorElement(new Error(SECRET)), 0],
  ['interrupt', element({ type: 'interrupt', reason: SECRET }), 0],
  ['audio', audioElement(new AudioChunk({ data: new Uint8Array(320), sampleRate: 16000 })), 320],
  ['image', imageElement(new Uint8Array(7), 'image/png'), 7],
  ['video', videoElement(new Uint8Array(9), 'video/webm'), 9],
];

describe('the trace of an element', () => {
  it.each(all)('of %s tells type, place, lane, age and size only', (type, one, bytes) => {
    const trace = traceOf({ ...one, sequence: 3, source: 'stt', timestampMs: 1000, turnId: 't1', metadata: { SECRET } } as StreamElement, 1250);
    expect(trace).toEqual({ element_type: type, sequence: 3, source: 'stt', priority: one.priority, age_ms: 250, bytes, turn_id: 't1' });
    expect(JSON.stringify(trace)).not.toContain('4111');
    expect(bytesOf(one)).toBe(bytes);
  });

  it('has no turn where the element has none', () => {
    expect(traceOf(textElement('x'), 0)).not.toHaveProperty('turn_id');
  });
});
