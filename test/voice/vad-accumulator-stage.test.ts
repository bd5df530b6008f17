import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioChunk } from '../../src/audio/chunk.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import { createStageContext } from '../../src/stage/context.js';
import type { StageOutput } from '../../src/stage/output.js';
import { Channel } from '../../src/stream/channel.js';
import { audioElement, endOfStreamElement, textElement, type StreamElement } from '../../src/stream/element.js';
import { VADAccumulatorStage, type VADAccumulatorOptions } from '../../src/voice/vad-accumulator-stage.js';

/** Pieces of sound: [milliseconds, level]. */
function sound(parts: readonly (readonly [number, number])[], rate = 16000): Float32Array {
  const samples: number[] = [];
  for (const [ms, level] of parts) for (let n = 0; n < (ms * rate) / 1000; n++) samples.push(level * Math.sin((2 * Math.PI * 220 * n) / rate));
  return Float32Array.from(samples);
}

function chunks(samples: Float32Array, sizes: readonly number[], rate = 16000): readonly StreamElement[] {
  const items: StreamElement[] = [];
  for (let at = 0, n = 0; at < samples.length; n++) {
    const size = sizes[n % sizes.length] as number;
    items.push(audioElement(new AudioChunk({ float32: samples.slice(at, at + size), sampleRate: rate })));
    at += size;
  }
  return items;
}

async function run(items: readonly StreamElement[], options: VADAccumulatorOptions = {}): Promise<{ readonly out: readonly StreamElement[]; readonly output: StageOutput }> {
  const input = new Channel<StreamElement>({ capacity: 100_000 });
  for (const item of items) input.tryWrite(item);
  input.close();
  const written = new Channel<StreamElement>({ capacity: 100_000 });
  const output = await new VADAccumulatorStage(options).execute(createStageContext({ snapshot: new ContextSnapshot(), stageName: 'vad', input, output: written }));
  written.close();
  const out: StreamElement[] = [];
  for await (const item of written) out.push(item);
  return { out, output };
}

const turnsOf = (out: readonly StreamElement[]): readonly AudioChunk[] => out.flatMap((item) => (item.type === 'audio' ? [item.audio] : []));
const SENTENCE = [[1000, 0], [800, 0.2], [1500, 0]] as const;

describe('VADAccumulatorStage', () => {
  it('makes one turn of speech and enough silence, with its pre-roll and without the silence before', async () => {
    const { out, output } = await run(chunks(sound(SENTENCE), [320]));
    const [turn, ...more] = turnsOf(out);
    expect(more).toEqual([]);
    expect(turn?.durationMs).toBeGreaterThan(1100);
    expect(turn?.durationMs).toBeLessThan(1600);
    expect(output).toMatchObject({ status: 'ok', data: { turns: 1, interruptions: 0 } });
  });

  it('gives the same turns for any cutting into chunks: time is audio time', async () => {
    const samples = sound([...SENTENCE, [600, 0.3], [900, 0]]);
    const expected = turnsOf((await run(chunks(samples, [160]))).out).map(({ data }) => data.byteLength);
    expect(expected).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        expect(turnsOf((await run(chunks(samples, sizes))).out).map(({ data }) => data.byteLength)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps its thresholds in time at any sample rate', async () => {
    for (const rate of [8000, 44100, 48000]) {
      const [turn] = turnsOf((await run(chunks(sound(SENTENCE, rate), [rate / 50], rate))).out);
      expect(turn?.sampleRate).toBe(rate);
      expect(turn?.durationMs).toBeGreaterThan(1100);
      expect(turn?.durationMs).toBeLessThan(1600);
    }
  });

  it('takes short speech for no turn, and cuts speech without end', async () => {
    expect(turnsOf((await run(chunks(sound([[500, 0], [20, 0.2], [1500, 0], [800, 0.2], [900, 0]]), [160]), { turns: { minSpeechMs: 200 } })).out)).toHaveLength(1);
    expect(turnsOf((await run(chunks(sound([[200, 0], [5000, 0.2], [900, 0]]), [160]), { turns: { maxTurnMs: 2000 } })).out).length).toBeGreaterThanOrEqual(2);
  });

  it('flushes the turn that is open before the end of the stream', async () => {
    const { out } = await run([...chunks(sound([[300, 0], [900, 0.2]]), [160]), endOfStreamElement()]);
    expect(out.map(({ type }) => type)).toEqual(['audio', 'endOfStream']);
  });

  it('forwards what it never took for speech: it degrades open', async () => {
    expect(turnsOf((await run(chunks(sound([[400, 0.001]]), [160]))).out)).toHaveLength(1);
    expect(turnsOf((await run(chunks(sound([[30, 0.001]]), [160]))).out)).toHaveLength(0);
  });

  it('lets text and marked audio through at once, in place', async () => {
    const marked = audioElement(new AudioChunk({ float32: new Float32Array(160) }), { metadata: { passthrough: true } });
    const speech = chunks(sound(SENTENCE), [320]);
    const { out } = await run([textElement('first'), marked, ...speech.slice(0, 40), textElement('during'), ...speech.slice(40)]);
    expect(out.map(({ type }) => type)).toEqual(['text', 'audio', 'text', 'audio']);
    expect(out[1]).toBe(marked);
  });

  it('interrupts first when the assistant speaks', async () => {
    const { out, output } = await run(chunks(sound(SENTENCE), [320]), { isBotSpeaking: () => true, endOfTurn: true });
    expect(out.map(({ type }) => type)).toEqual(['interrupt', 'audio', 'endOfTurn']);
    expect(output).toMatchObject({ data: { interruptions: 1 } });
  });

  it('ends a turn when a detector of the application says so', async () => {
    let frames = 0;
    const { out } = await run(chunks(sound([[300, 0], [2000, 0.2]]), [160]), { endTurn: (_frame, probability) => probability > 0.5 && ++frames === 60 });
    expect(turnsOf(out).length).toBe(2);
    expect(turnsOf(out)[0]?.durationMs).toBeLessThan(1200);
  });

  it('averages channels, and refuses audio that is no PCM', async () => {
    const stereo = sound(SENTENCE).reduce<number[]>((all, sample) => (all.push(sample, 0), all), []);
    const [turn] = turnsOf((await run([audioElement(new AudioChunk({ float32: Float32Array.from(stereo), channels: 2 }))])).out);
    expect(turn?.channels).toBe(1);
    await expect(run([audioElement(new AudioChunk({ data: new Uint8Array(10), format: 'mp3' }))])).rejects.toMatchObject({ code: 'UNREADABLE_AUDIO' });
  });

  it('refuses options it does not know and thresholds that make no sense', () => {
    expect(() => new VADAccumulatorStage({ silence: 3 } as never)).toThrow(/silence/);
    expect(() => new VADAccumulatorStage({ turns: { maxTurnMs: -1 } })).toThrow(/maxTurnMs/);
  });
});
