import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContextGate, type ContextState } from '../../src/browser/context-gate.js';
import { audibleFrame, latencyMs } from '../../src/browser/output-latency.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** A context whose state the test decides, as a browser does. */
class FakeContext extends EventTarget {
  state: AudioContextState = 'suspended';
  allowed = false;
  resumes = 0;

  resume(): Promise<void> {
    this.resumes++;
    if (!this.allowed) return new Promise(() => undefined);
    this.become('running');
    return Promise.resolve();
  }

  become(state: AudioContextState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

const gates: ContextGate[] = [];

function gateFor(context: FakeContext): { gate: ContextGate; clock: ManualClock; states: ContextState[] } {
  const states: ContextState[] = [];
  const clock = new ManualClock();
  const gate = new ContextGate(context as unknown as AudioContext, clock, (state) => states.push(state));
  gates.push(gate);
  return { gate, clock, states };
}

afterEach(() => {
  for (const gate of gates.splice(0)) gate.close();
  vi.restoreAllMocks();
});

describe('a context under watch', () => {
  it('runs when it is allowed to', async () => {
    const context = new FakeContext();
    context.allowed = true;
    const { gate, states } = gateFor(context);
    expect(gate.state).toBe('blocked');
    expect(await gate.resume()).toBe(true);
    expect(states).toEqual(['running']);
    expect(await gate.resume()).toBe(true);
    expect(context.resumes).toBe(1);
  });

  it('does not wait for ever for a permission that takes a gesture, and asks again at the gesture', async () => {
    const context = new FakeContext();
    const { gate, clock, states } = gateFor(context);
    const resumed = gate.resume();
    await clock.advance(600);
    expect(await resumed).toBe(false);
    expect(gate.state).toBe('blocked');
    context.allowed = true;
    document.dispatchEvent(new Event('pointerup'));
    expect(gate.state).toBe('running');
    expect(states).toEqual(['running']);
    document.dispatchEvent(new Event('pointerup'));
    expect(context.resumes).toBe(2);
  });

  it('asks at once when the system took it away, and again when the page comes back', async () => {
    const context = new FakeContext();
    context.allowed = true;
    const { gate, states } = gateFor(context);
    await gate.resume();
    context.allowed = false;
    context.become('interrupted');
    expect(gate.state).toBe('interrupted');
    expect(context.resumes).toBe(2);
    context.allowed = true;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(states).toEqual(['running', 'interrupted', 'running']);
  });

  it('tells apart a context that never ran and one that was suspended', () => {
    const context = new FakeContext();
    const { gate } = gateFor(context);
    expect(gate.state).toBe('blocked');
    context.become('running');
    context.become('suspended');
    expect(gate.state).toBe('interrupted');
  });

  it('says when the context is closed, and asks no more', async () => {
    const context = new FakeContext();
    const { gate, states } = gateFor(context);
    context.become('closed');
    expect(states).toEqual(['closed']);
    expect(await gate.resume()).toBe(false);
    document.dispatchEvent(new Event('pointerup'));
    expect(context.resumes).toBe(0);
  });

  it('leaves nothing listening when it is closed', () => {
    const removed = vi.spyOn(document, 'removeEventListener');
    const added = vi.spyOn(document, 'addEventListener');
    const { gate } = gateFor(new FakeContext());
    const names = added.mock.calls.map(([name]) => name).sort();
    gate.close();
    expect(removed.mock.calls.map(([name]) => name).sort()).toEqual(names);
  });
});

describe('the latency of an output', () => {
  const context = (fields: object): AudioContext => ({ currentTime: 10, sampleRate: 48000, baseLatency: 0.01, outputLatency: 0.03, ...fields }) as unknown as AudioContext;

  it.each([
    ['what the browser says', {}, 40],
    ['the base latency where it says nothing', { outputLatency: 0 }, 10],
    ['the base latency where it does not know', { outputLatency: undefined }, 10],
    ['nothing where there is nothing', { outputLatency: undefined, baseLatency: undefined }, 0],
    ['no more than two seconds', { outputLatency: 99 }, 2000],
  ])('is %s', (_name, fields, expected) => {
    expect(latencyMs(context(fields))).toBeCloseTo(expected, 6);
    expect(audibleFrame(context(fields))).toBeCloseTo((10 - expected / 1000) * 48000, 3);
  });
});
