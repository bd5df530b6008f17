import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { AudioFrameWriter, FrameError, readFrame } from '../../src/edge/frames.js';
import { scale, seed } from '../tools/scale.js';

describe('readFrame', () => {
  it.each([
    ['{"type":"text","text":"hi"}', { type: 'text', text: 'hi' }],
    ['{"type":"end_of_turn"}', { type: 'end_of_turn' }],
    ['{"type":"ping","more":1}', { type: 'ping' }],
    ['{"type":"interrupt"}', { type: 'interrupt', reason: 'interrupted' }],
    ['{"type":"interrupt","reason":"stop"}', { type: 'interrupt', reason: 'stop' }],
    ['{"type":"audio_format","sample_rate":48000,"channels":2,"format":"float_32"}', { type: 'audio_format', format: { sampleRate: 48000, channels: 2, format: 'float_32' } }],
    ['{"type":"audio_format"}', { type: 'audio_format', format: { sampleRate: 16000, channels: 1, format: 'pcm_16' } }],
  ])('reads %s', (data, frame) => {
    expect(readFrame(data)).toEqual(frame);
  });

  it('takes binary frames as audio', () => {
    expect(readFrame(new Uint8Array([1, 2]))).toEqual({ type: 'audio', bytes: new Uint8Array([1, 2]) });
    expect(readFrame(new Uint8Array([1, 2]).buffer)).toEqual({ type: 'audio', bytes: new Uint8Array([1, 2]) });
  });

  it.each(['', 'x', '[]', 'null', '{}', '{"type":"__proto__"}', '{"type":"text"}', '{"type":"text","text":" "}', '{"type":"text","text":{}}', '{"type":"audio_format","sample_rate":"x"}', '{"type":"audio_format","channels":3}', '{"type":"audio_format","format":"wma"}', `{"type":"interrupt","reason":"${'x'.repeat(201)}"}`, `{"type":"text","text":"${'x'.repeat(70000)}"}`])('refuses %j', (data) => {
    expect(() => readFrame(data.slice(0, 100000))).toThrow(FrameError);
  });

  it('refuses a binary frame that is too large', () => {
    expect(() => readFrame(new Uint8Array(1024 * 1024 + 1))).toThrow(FrameError);
  });

  it('gives a frame or a FrameError for any input', () => {
    const inputs = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array(), fc.record({ type: fc.constantFrom('text', 'audio_format', 'interrupt', 'ping', 'end_of_turn'), text: fc.anything(), sample_rate: fc.anything(), reason: fc.anything() }).map((value) => {
      try {
        return JSON.stringify(value) ?? '';
      } catch {
        return ''; // a BigInt
      }
    }));
    fc.assert(fc.property(inputs, (input) => {
      try {
        expect(readFrame(input)).toHaveProperty('type');
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }), { numRuns: scale(500, 10_000), seed });
  });
});

describe('AudioFrameWriter', () => {
  it('tells the format only where it is new', () => {
    const writer = new AudioFrameWriter();
    const bytes = new Uint8Array([1, 2]);
    expect(writer.frames(new AudioChunk({ data: bytes }))).toEqual([bytes]);
    expect(writer.frames(new AudioChunk({ data: bytes, sampleRate: 24000 }))).toEqual(['{"type":"audio_format","sample_rate":24000,"channels":1,"format":"pcm_16"}', bytes]);
    expect(writer.frames(new AudioChunk({ data: bytes, sampleRate: 24000 }))).toEqual([bytes]);
    expect(writer.frames(new AudioChunk({ data: bytes }))).toHaveLength(2);
  });
});
