import { describe, expect, it } from 'vitest';
import { SileroVad, type OnnxSession, type OnnxTensor } from '../../src/audio/silero-vad.js';
import { noise } from './signals.js';

class Tensor implements OnnxTensor {
  readonly type: string;
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
  constructor(type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

/** A session that records its feeds and answers with the mean of the input; the state counts the runs. */
class Session implements OnnxSession {
  readonly feeds: Record<string, Tensor>[] = [];
  readonly waiting: (() => void)[] = [];
  hold = false;
  async run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>> {
    this.feeds.push(feeds as Record<string, Tensor>);
    if (this.hold) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const { data } = feeds['input'] as Tensor;
    const state = (feeds['state'] as Tensor).data as Float32Array;
    return { output: new Tensor('float32', Float32Array.of(Number((data as Float32Array)[64])), [1, 1]), stateN: new Tensor('float32', state.map((value) => value + 1), [2, 1, 128]) };
  }
}

const frame = (value: number): Float32Array => new Float32Array(512).fill(value);

describe('SileroVad', () => {
  it('feeds the last 64 samples of the frame before, the state and the rate', async () => {
    const session = new Session();
    const vad = new SileroVad({ session, Tensor });
    const [first, second] = [noise(512, 1), noise(512, 2)];
    await vad.infer(first);
    await vad.infer(second);
    const [a, b] = session.feeds as [Record<string, Tensor>, Record<string, Tensor>];
    expect(a['input']!.dims).toEqual([1, 576]);
    expect([...(a['input']!.data as Float32Array)]).toEqual([...new Float32Array(64), ...first]);
    expect([...(b['input']!.data as Float32Array)]).toEqual([...first.subarray(448), ...second]);
    expect([a['state']!.dims, (b['state']!.data as Float32Array)[0]]).toEqual([[2, 1, 128], 1]);
    expect([...(a['sr']!.data as BigInt64Array)]).toEqual([16000n]);
  });

  it('answers with the newest probability there is', async () => {
    const vad = new SileroVad({ session: new Session(), Tensor });
    expect(vad.process(frame(0.3))).toBe(0);
    await vad.infer(frame(0.6));
    expect(vad.process(frame(0.9))).toBeCloseTo(0.6);
  });

  it('runs frames in order, one at a time', async () => {
    const session = new Session();
    session.hold = true;
    const vad = new SileroVad({ session, Tensor });
    const results = [vad.infer(frame(0.1)), vad.infer(frame(0.2))];
    await Promise.resolve();
    await Promise.resolve();
    expect(session.feeds).toHaveLength(1);
    session.hold = false;
    session.waiting.forEach((resolve) => resolve());
    expect((await Promise.all(results)).map((p) => p.toFixed(1))).toEqual(['0.1', '0.2']);
  });

  it('throws once inference has failed, and works again after reset', async () => {
    const session = new Session();
    const good = session.run.bind(session);
    session.run = () => Promise.reject(new Error('device lost'));
    const vad = new SileroVad({ session, Tensor });
    vad.process(frame(0));
    await expect(vad.infer(frame(0))).rejects.toThrow('device lost');
    await Promise.resolve();
    expect(() => vad.process(frame(0))).toThrow(expect.objectContaining({ code: 'SILERO_VAD' }) as Error);
    session.run = good;
    vad.reset();
    expect(await vad.infer(frame(0.5))).toBe(0.5);
  });

  it('throws when the runtime is slower than real time', () => {
    const session = new Session();
    session.hold = true;
    const vad = new SileroVad({ session, Tensor, maxPending: 3 });
    for (let n = 0; n < 3; n++) vad.process(frame(0));
    expect(() => vad.process(frame(0))).toThrow(/slower than real time/);
  });

  it('ignores what a run from before a reset says', async () => {
    const session = new Session();
    session.hold = true;
    const vad = new SileroVad({ session, Tensor });
    const old = vad.infer(frame(0.8));
    await Promise.resolve();
    vad.reset();
    session.waiting.forEach((resolve) => resolve());
    await old;
    expect(vad.process(frame(0))).toBe(0);
  });

  it('refuses other frame sizes, sessions without the outputs, and things that are no session', async () => {
    expect(() => new SileroVad({ session: new Session(), Tensor }).process(new Float32Array(480))).toThrow(/512 samples/);
    await expect(new SileroVad({ session: { run: () => Promise.resolve({}) }, Tensor }).infer(frame(0))).rejects.toThrow(/output and stateN/);
    expect(() => new SileroVad({ session: {} as OnnxSession, Tensor })).toThrow(/session\.run/);
  });
});
