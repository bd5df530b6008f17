import { describe, expect, it } from 'vitest';
import { Mixer } from '../../src/audio/mixer.js';
import { audioWasm as module } from './audio-wasm.js';
import { noise } from './signals.js';

describe('Mixer', () => {
  it.each([1, 7, 8, 9, 128, 481])('sums sources whose gains run linearly over %i samples', (length) => {
    const mixer = new Mixer({ module });
    const [a, b] = [noise(length, 1), noise(length, 2)];
    mixer.clear(length);
    mixer.add(a, 1, 0);
    mixer.add(b, 0.25);
    for (let n = 0; n < length; n++) expect(mixer.output[n]).toBeCloseTo(a[n]! * (1 - n / length) + b[n]! * 0.25, 5);
  });

  it('scales in place of adding, and takes a source from its own input', () => {
    const mixer = new Mixer({ maxBlock: 8, module });
    mixer.scale(Float32Array.of(1, 1, 1, 1), 0, 1);
    expect([...mixer.output.subarray(0, 4)]).toEqual([0, 0.25, 0.5, 0.75]);
    mixer.input.set([2, 2, 2, 2]);
    mixer.addHeld(4, 0.5);
    expect([...mixer.output.subarray(0, 4)]).toEqual([1, 1.25, 1.5, 1.75]);
  });

  it('touches nothing behind the block', () => {
    const mixer = new Mixer({ maxBlock: 64, module });
    mixer.output.fill(7);
    mixer.add(new Float32Array(9).fill(1), 1);
    expect([...mixer.output.subarray(9, 20)]).toEqual(Array<number>(11).fill(7));
  });

  it('refuses longer blocks and use after close', () => {
    const mixer = new Mixer({ maxBlock: 4, module });
    expect(() => mixer.add(new Float32Array(5))).toThrow(/block length/);
    mixer.close();
    expect(() => mixer.clear(1)).toThrow(/closed/);
  });
});
