import { describe, expect, it } from 'vitest';
import { calculateAudioDurationMs } from '../../src/audio/duration.js';
import { encodeAudioForLogging } from '../../src/audio/log.js';
import { StreamConfig, type StreamConfigInit } from '../../src/audio/stream-config.js';

describe('StreamConfig', () => {
  it('has the seeds’ defaults', () => {
    expect(new StreamConfig().toDict()).toEqual({ chunk_size: 4096, sample_rate: 16000, channels: 1, format: 'pcm_16', buffer_duration_ms: 100, buffer_size: 3200, backpressure_threshold: 0.8 });
  });

  it('derives the buffer size from the duration, and from the chunk size where bytes tell no duration', () => {
    expect(new StreamConfig({ sampleRate: 48000, channels: 2, format: 'float_32', bufferDurationMs: 20 }).bufferSize).toBe(7680);
    expect(new StreamConfig({ format: 'mp3', chunkSize: 1000 }).bufferSize).toBe(10000);
  });

  it('reads both spellings back', () => {
    const config = new StreamConfig({ chunkSize: 640, bufferSize: 9, backpressureThreshold: 0.5 });
    expect(StreamConfig.fromDict(config.toDict())).toEqual(config);
    expect(StreamConfig.fromDict({ chunkSize: 640, bufferSize: 9, backpressureThreshold: 0.5 })).toEqual(config);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config.toDict());
  });

  it.each([{ chunkSize: 0 }, { sampleRate: -1 }, { channels: 1.5 }, { format: 'flac' }, { bufferDurationMs: -1 }, { backpressureThreshold: 2 }, { rate: 5 }] as unknown as StreamConfigInit[])('refuses %o', (init) => {
    expect(() => new StreamConfig(init)).toThrow(/StreamConfig\./);
  });
});

describe('encodeAudioForLogging', () => {
  it('gives a sample of long audio and the whole of short audio', () => {
    const bytes = new TextEncoder().encode('Hello world, this is audio');
    expect(encodeAudioForLogging(bytes, 11)).toBe('<audio:26B,sample:SGVsbG8gd29ybGQ=...>');
    expect(encodeAudioForLogging(Uint8Array.of(0, 1, 2, 3))).toBe('<audio:4B,data:AAECAw==>');
    expect(encodeAudioForLogging(new Uint8Array(32000))).toMatch(/^<audio:32000B,sample:[A-Za-z0-9+/=]{136}\.\.\.>$/);
    expect(encodeAudioForLogging(new Uint8Array(0))).toBe('<audio:0B,data:>');
  });

  it('refuses a negative length', () => {
    expect(() => encodeAudioForLogging(new Uint8Array(1), -1)).toThrow(/maxBytes/);
  });
});

describe('calculateAudioDurationMs', () => {
  it.each([
    [32000, {}, 1000],
    [new Uint8Array(3200), {}, 100],
    [33, {}, 1],
    [48000 * 3 * 2, { sampleRate: 48000, channels: 2, format: 'pcm_24' as const }, 1000],
    [8000 * 4, { sampleRate: 8000, format: 'float_32' as const }, 1000],
    [5000, { format: 'mp3' as const }, 0],
  ])('%# counts whole frames', (data, layout, ms) => {
    expect(calculateAudioDurationMs(data, layout)).toBe(ms);
  });

  it('refuses wrong layouts', () => {
    expect(() => calculateAudioDurationMs(10, { channels: 0 })).toThrow(/channels/);
    expect(() => calculateAudioDurationMs(10, { format: 'wma' as never })).toThrow(/format/);
  });
});
