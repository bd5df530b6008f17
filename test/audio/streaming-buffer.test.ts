import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { StreamingBuffer, type StreamingBufferOptions } from '../../src/audio/streaming-buffer.js';

type Event = readonly [string, Record<string, unknown>];

function make(options: StreamingBufferOptions = {}): { buffer: StreamingBuffer; events: Event[] } {
  const events: Event[] = [];
  const buffer = new StreamingBuffer({ ...options, eventEmitter: (type, data) => events.push([type, data ?? {}]) });
  return { buffer, events };
}

const chunk = (ms: number, init: Partial<ConstructorParameters<typeof AudioChunk>[0]> = {}): AudioChunk => new AudioChunk({ data: new Uint8Array(Math.round(ms * 16) * 2), ...init });

describe('StreamingBuffer, duration form', () => {
  it('is ready from the target on and stays so until it runs dry', () => {
    const { buffer } = make({ targetDurationMs: 100 });
    buffer.addChunk(chunk(80));
    expect(buffer.isReady()).toBe(false);
    buffer.addChunk(chunk(20));
    expect(buffer.isReady()).toBe(true);
    expect(buffer.read({ durationMs: 60 }).length).toBe(1920);
    expect([buffer.isReady(), buffer.durationMs]).toEqual([true, 40]);
    buffer.read({ durationMs: 60 });
    expect(buffer.isReady()).toBe(false);
  });

  it('reads 20 ms unless said otherwise', () => {
    const { buffer } = make();
    buffer.addChunk(chunk(100));
    expect(buffer.read().length).toBe(640);
    expect(buffer.read({}).length).toBe(640);
  });

  it('gives a short read on underrun, reported once per episode, and reports the recovery', () => {
    const { buffer, events } = make({ targetDurationMs: 40 });
    buffer.addChunk(chunk(50));
    expect(buffer.read({ durationMs: 60 }).length).toBe(1600);
    expect(buffer.read({ durationMs: 20 }).length).toBe(0);
    buffer.addChunk(chunk(30));
    buffer.addChunk(chunk(30));
    expect(events).toEqual([
      ['stream.buffer_underrun', { bytes_requested: 1920, bytes_available: 1600, buffer_duration_ms: 50 }],
      ['stream.buffer_recovered', { buffer_duration_ms: 60 }],
    ]);
  });

  it('takes an empty buffer after the final chunk for the end, not for an underrun', () => {
    const { buffer, events } = make();
    buffer.addChunk(chunk(30, { isFinal: true }));
    expect(buffer.isReady()).toBe(true);
    expect(buffer.read({ durationMs: 60 }).length).toBe(960);
    expect(events).toEqual([]);
  });

  it('drops the oldest in steps of 50 ms down to its maximum', () => {
    const { buffer, events } = make({ targetDurationMs: 100, maxDurationMs: 200 });
    expect(buffer.addChunk(chunk(1000))).toBe(800 * 32);
    expect([buffer.durationMs, buffer.isFull()]).toEqual([200, true]);
    expect(buffer.addChunk(chunk(10))).toBe(50 * 32);
    expect(buffer.durationMs).toBe(160);
    expect(events.map(([, data]) => data['bytes_dropped'])).toEqual([25600, 1600]);
    expect(events[0]![1]).toEqual({ bytes_dropped: 25600, buffer_duration_ms: 200, max_duration_ms: 200 });
  });

  it('keeps the newest bytes when it overflows', () => {
    const { buffer } = make({ targetDurationMs: 0, maxDurationMs: 100 });
    for (let n = 1; n <= 20; n++) buffer.addChunk(new AudioChunk({ data: new Uint8Array(320).fill(n) }));
    expect(buffer.read({ durationMs: 100 }).at(-1)).toBe(20);
  });

  it.each([
    [22050, 1, 15, 660],
    [44100, 2, 15, 2644],
    [48000, 1, 0.01, 0],
  ])('reads whole frames at %i Hz with %i channels: %f ms is %i bytes', (sampleRate, channels, durationMs, bytes) => {
    const { buffer } = make({ sampleRate, channels });
    buffer.addChunk(new AudioChunk({ data: new Uint8Array(8820), sampleRate, channels }));
    expect(buffer.read({ durationMs }).length).toBe(bytes);
  });

  it('does not drift when a duration is not a whole number of frames', () => {
    const { buffer } = make({ sampleRate: 22050, targetDurationMs: 0, maxDurationMs: 10000 });
    buffer.addChunk(new AudioChunk({ data: new Uint8Array(22050 * 2 * 3), sampleRate: 22050 }));
    let bytes = 0;
    for (let n = 0; n < 200; n++) bytes += buffer.read({ durationMs: 15 }).length;
    expect(bytes).toBe(22050 * 3 * 2);
  });

  it('joins frames that were torn between chunks', () => {
    const { buffer } = make({ targetDurationMs: 0 });
    buffer.addChunk(new AudioChunk({ data: Uint8Array.of(1, 2, 3) }));
    expect([...buffer.read({ durationMs: 1 })]).toEqual([1, 2]);
    buffer.addChunk(new AudioChunk({ data: Uint8Array.of(4) }));
    expect([...buffer.read({ durationMs: 1 })]).toEqual([3, 4]);
  });

  it.each([
    [{ sampleRate: 48000 }, /sample rate is 48000/],
    [{ channels: 2 }, /channel count is 2/],
    [{ format: 'float_32' as const }, /format is float_32/],
  ])('refuses a chunk with %o instead of stretching it', (init, message) => {
    expect(() => make().buffer.addChunk(chunk(10, init))).toThrow(message);
  });

  it('finds gaps, duplicates and late chunks by their numbers', () => {
    const { buffer, events } = make({ targetDurationMs: 0 });
    for (const sequence of [0, 1, 4, 4, 3, 5]) buffer.addChunk(chunk(10, { sequence }));
    expect(events.map(([type, { kind, expected, received }]) => [type, kind, expected, received])).toEqual([
      ['stream.sequence_anomaly', 'gap', 2, 4],
      ['stream.sequence_anomaly', 'duplicate', 5, 4],
      ['stream.sequence_anomaly', 'late', 5, 3],
    ]);
    expect(buffer.stats).toMatchObject({ missing: 1, duplicates: 1, reordered: 1, durationMs: 60 });
  });

  it('leaves disordered chunks out when asked to', () => {
    const { buffer } = make({ targetDurationMs: 0, dropDisordered: true });
    const dropped = [0, 1, 4, 4, 3, 5].map((sequence) => buffer.addChunk(chunk(10, { sequence })));
    expect(dropped).toEqual([0, 0, 0, 320, 320, 0]);
    expect(buffer.stats).toMatchObject({ durationMs: 40, totalDropped: 640 });
  });

  it('accounts for every byte under any use', () => {
    const step = fc.oneof(fc.record({ add: fc.integer({ min: 0, max: 5000 }) }), fc.record({ readMs: fc.integer({ min: 0, max: 120 }) }), fc.record({ clear: fc.constant(true) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), (steps, maxDurationMs) => {
        const buffer = new StreamingBuffer({ targetDurationMs: 0, maxDurationMs, channels: 2 });
        let given = 0;
        for (const one of steps) {
          if ('add' in one) buffer.addChunk(new AudioChunk({ data: new Uint8Array(one.add), channels: 2 }));
          else if ('readMs' in one) {
            const bytes = buffer.read({ durationMs: one.readMs });
            expect(bytes.length % 4).toBe(0);
            given += bytes.length;
          } else buffer.clear();
          const { totalReceived, totalRead, totalDropped, bytesBuffered } = buffer.stats;
          expect(totalRead).toBe(given);
          expect(totalReceived).toBe(totalRead + totalDropped + bytesBuffered);
          expect(bytesBuffered).toBeLessThanOrEqual(maxDurationMs * 64 + 3);
        }
      }),
      { seed: 3 },
    );
  });

  it('costs the same per read whatever it holds', () => {
    const { buffer } = make({ targetDurationMs: 0, maxDurationMs: 60000 });
    buffer.addChunk(chunk(59000));
    const before = performance.now();
    for (let n = 0; n < 2000; n++) buffer.read({ durationMs: 20 });
    // 2,000 reads that moved 1.9 MB each would take seconds.
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('swallows what an emitter throws', () => {
    const buffer = new StreamingBuffer({ eventEmitter: () => { throw new Error('sink'); } });
    expect(() => buffer.read()).not.toThrow();
  });

  it('has presets', () => {
    const targets = [StreamingBuffer.voiceChat(), StreamingBuffer.recording()].map((buffer) => {
      let ms = 0;
      while (!buffer.isReady()) { buffer.addChunk(chunk(10)); ms += 10; }
      while (!buffer.isFull()) { buffer.addChunk(chunk(10)); ms += 10; }
      return [ms, buffer.durationMs];
    });
    expect(targets).toEqual([[500, 500], [5000, 5000]]);
  });

  it('writes its statistics in the seeds’ words', () => {
    const { buffer } = make();
    buffer.addChunk(chunk(20));
    expect(buffer.stats.toDict()).toEqual({ duration_ms: 20, bytes_buffered: 640, total_received: 640, total_read: 0, total_dropped: 0, is_ready: false, underrun_active: false, missing: 0, duplicates: 0, reordered: 0 });
  });
});

describe('StreamingBuffer, byte form', () => {
  it('is a FIFO of bytes', () => {
    const { buffer } = make({ maxSize: 10 });
    buffer.write(Uint8Array.of(1, 2, 3));
    expect([buffer.available(), buffer.isReady()]).toEqual([3, true]);
    expect([...buffer.read(2)]).toEqual([1, 2]);
    expect([...buffer.read()]).toEqual([3]);
  });

  it('drops the oldest beyond maxSize and reports it', () => {
    const { buffer, events } = make({ maxSize: 4 });
    expect(buffer.write(Uint8Array.of(1, 2, 3, 4, 5, 6))).toBe(2);
    expect([...buffer.read(9)]).toEqual([3, 4, 5, 6]);
    expect(events.map(([type]) => type)).toEqual(['stream.buffer_overflow', 'stream.buffer_underrun']);
  });

  it.each([
    ['write in the duration form', () => new StreamingBuffer().write(new Uint8Array(1)), /addChunk/],
    ['read(size) in the duration form', () => new StreamingBuffer().read(4), /read\(\{ durationMs \}\)/],
    ['addChunk in the byte form', () => new StreamingBuffer({ maxSize: 4 }).addChunk(chunk(1)), /write\(bytes\)/],
    ['read({ durationMs }) in the byte form', () => new StreamingBuffer({ maxSize: 4 }).read({ durationMs: 5 }), /read\(size\)/],
    ['a negative size', () => new StreamingBuffer({ maxSize: 4 }).read(-5), /read size/],
    ['a negative duration', () => new StreamingBuffer().read({ durationMs: -5 }), /durationMs/],
    ['options of both forms', () => new StreamingBuffer({ maxSize: 4, sampleRate: 16000 }), /sampleRate/],
    ['a compressed format', () => new StreamingBuffer({ format: 'mp3' }), /PCM/],
    ['a target above the maximum', () => new StreamingBuffer({ targetDurationMs: 300, maxDurationMs: 200 }), /targetDurationMs/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
