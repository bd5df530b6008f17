import { describe, expect, it } from 'vitest';
import { canEncodeOpus, opusEncoder } from '../../src/browser/opus-encoder.js';
import { memorySink } from '../../src/recording/recording-sink.js';

const RATE = 24000;

/** A file of both tracks: a tone burst on the left at 300 ms, one on the right at 700 ms; `seconds` long. */
async function recorded(seconds: number): Promise<Uint8Array> {
  const file = memorySink();
  const encoder = opusEncoder({ bitrate: 96_000 })(file, { sampleRate: RATE, channels: 2 });
  const frames = Math.round(seconds * RATE);
  const samples = new Float32Array(frames * 2);
  for (let n = 0; n < 0.1 * RATE; n++) {
    const tone = Math.sin((2 * Math.PI * 1000 * n) / RATE) / 2;
    samples[(Math.round(0.3 * RATE) + n) * 2] = tone;
    samples[(Math.round(0.7 * RATE) + n) * 2 + 1] = tone;
  }
  for (let at = 0; at < samples.length; at += 2400) await encoder.write(samples.slice(at, at + 2400));
  await encoder.finish();
  expect(encoder.bytes).toBe(file.bytes().length);
  return file.bytes();
}

/** First and last moment at which a channel is loud, in seconds. */
function loud(samples: Float32Array, rate: number): readonly [number, number] {
  const is = (sample: number): boolean => Math.abs(sample) > 0.1;
  return [samples.findIndex(is) / rate, samples.findLastIndex(is) / rate];
}

describe('opusEncoder', () => {
  it('writes a file that a browser decodes, of the exact length and with both tracks in their place', async () => {
    expect(await canEncodeOpus(RATE)).toBe(true);
    const bytes = await recorded(1.2345);
    expect(bytes.length).toBeLessThan(1.2345 * RATE * 4 / 5);
    const audio = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(bytes.slice().buffer as ArrayBuffer);
    expect(audio.numberOfChannels).toBe(2);
    expect(Math.abs(audio.duration - 1.2345)).toBeLessThan(0.002);
    const [left, right] = [loud(audio.getChannelData(0), 48000), loud(audio.getChannelData(1), 48000)];
    expect(Math.abs(left[0] - 0.3)).toBeLessThan(0.004);
    expect(Math.abs(left[1] - 0.4)).toBeLessThan(0.004);
    expect(Math.abs(right[0] - 0.7)).toBeLessThan(0.004);
    expect(Math.abs(right[1] - 0.8)).toBeLessThan(0.004);
  });

  it('writes a file without sound too', async () => {
    const file = memorySink();
    const encoder = opusEncoder()(file, { sampleRate: RATE, channels: 2 });
    await encoder.finish();
    expect(String.fromCharCode(...file.bytes().slice(0, 4))).toBe('OggS');
  });

  it('says where it does not work', async () => {
    expect(await canEncodeOpus(1)).toBe(false);
  });
});
