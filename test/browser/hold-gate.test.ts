import { describe, expect, it } from 'vitest';
import { HoldGate } from '../../src/browser/hold-gate.js';

describe('the gate of a press', () => {
  it('waits for the samples up to the release', () => {
    const gate = new HoldGate(50, 1000);
    gate.press(100);
    expect(gate.take(200)).toBe(false);
    gate.release(250);
    expect(gate.take(240)).toBe(false);
    expect(gate.take(250)).toBe(true);
    expect(gate.tooLong).toBe(false);
  });

  it('counts a short press with voice in it', () => {
    const gate = new HoldGate(50, 1000);
    gate.press(0);
    gate.release(100);
    expect(gate.slipped(110, 0)).toBe(true);
    expect(gate.slipped(110, 60)).toBe(false);
  });

  it('ends at the longest turn although the button is still down, and says that this is why', () => {
    const gate = new HoldGate(50, 1000);
    gate.press(500);
    expect(gate.take(1499)).toBe(false);
    expect(gate.take(1500)).toBe(true);
    expect(gate.tooLong).toBe(true);
    gate.press(1500);
    expect(gate.tooLong).toBe(false);
    expect(gate.take(1600)).toBe(false);
  });

  it('goes by the first of several releases', () => {
    const gate = new HoldGate(50, 1000);
    gate.press(0);
    gate.release(300);
    gate.release(400);
    expect(gate.take(300)).toBe(true);
  });

  it.each([
    ['a touch without voice', 0, 110, 0, true],
    ['a touch with a syllable', 0, 110, 50, false],
    ['a long silent press, which the recogniser judges', 0, 600, 0, false],
    ['a press of exactly the shortest syllable', 40, 160, 0, false],
  ] as const)('takes %s for a slip: from %i to %i ms with %i ms of voice is %s', (_, from, until, voicedMs, slip) => {
    const gate = new HoldGate(50, 1000);
    gate.press(from);
    gate.release(until);
    // The samples that complete it may end a little later.
    expect(gate.slipped(until + 10, voicedMs)).toBe(slip);
  });
});
