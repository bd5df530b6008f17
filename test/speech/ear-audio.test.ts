import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { encodePcm } from '../../src/audio/pcm.js';
import { encodeWav } from '../../src/audio/wav.js';
import { asChunk, EarAudio } from '../../src/speech/ear-audio.js';

const tone = (rate: number, seconds = 0.5, hertz = 440): Float32Array => Float32Array.from({ length: rate * seconds }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));

describe('asChunk', () => {
  it('reads bytes as 16-bit PCM at 16 kHz, or as the WAV file they are', () => {
    expect(asChunk(encodePcm(tone(16000)))).toMatchObject({ sampleRate: 16000, channels: 1, format: 'pcm_16', frames: 8000 });
    expect(asChunk(encodeWav(tone(44100), { sampleRate: 44100 }))).toMatchObject({ sampleRate: 44100, frames: 22050 });
    expect(asChunk(new AudioChunk({ data: encodeWav(tone(8000), { sampleRate: 8000 }), format: 'wav' }))).toMatchObject({ sampleRate: 8000, frames: 4000 });
  });

  it('leaves a chunk as it is, and drops half a sample', () => {
    const chunk = new AudioChunk({ float32: tone(16000) });
    expect(asChunk(chunk)).toBe(chunk);
    expect(asChunk(Uint8Array.of(1, 0, 2)).frames).toBe(1);
  });
});

describe('EarAudio', () => {
  it.each(['pcm_16', 'pcm_24', 'pcm_32', 'float_32'] as const)('hears %s', (format) => {
    const heard = new EarAudio().push(new AudioChunk({ data: encodePcm(tone(16000), format), format, sampleRate: 16000 }));
    tone(16000).forEach((x, n) => expect(heard[n]).toBeCloseTo(x, 3));
  });

  it('averages channels', () => {
    const stereo = Float32Array.of(1, 0, 0.5, -0.5, -1, -1);
    expect([...new EarAudio().push(new AudioChunk({ float32: stereo, channels: 2 }))]).toEqual([0.5, 0, -1]);
  });

  it.each([8000, 24000, 44100, 48000])('brings %i Hz to 16 kHz, in pieces, without losing time', async (rate) => {
    await EarAudio.load(rate);
    const ear = new EarAudio();
    const source = tone(rate);
    const parts: number[] = [];
    for (let at = 0; at < source.length; at += 777) parts.push(...ear.push(new AudioChunk({ float32: source.slice(at, at + 777), sampleRate: rate })));
    parts.push(...ear.flush());
    ear.close();
    expect(Math.abs(parts.length - 8000)).toBeLessThanOrEqual(1);
    // Away from the edges it is the same tone, perhaps a little late.
    const crossings = parts.slice(1000, 7000).filter((x, n, all) => n > 0 && x >= 0 && (all[n - 1] as number) < 0).length;
    expect(Math.abs(crossings - (6000 / 16000) * 440)).toBeLessThanOrEqual(1);
  });

  it.each(['mp3', 'opus', 'aac', 'webm', 'ogg_opus'] as const)('refuses %s', (format) => {
    expect(() => new EarAudio().push(new AudioChunk({ data: new Uint8Array(10), format }))).toThrow(/takes PCM/);
  });

  it('has nothing to flush at 16 kHz', () => {
    expect(new EarAudio().flush().length).toBe(0);
  });
});
