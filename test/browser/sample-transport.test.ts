import { afterEach, describe, expect, it } from 'vitest';
import { sampleReceiver, sampleRoute, sampleSender, type SampleReceiver, type SampleSender } from '../../src/browser/sample-transport.js';
import { until } from './sounds.js';

const open: { close(): void }[] = [];
const kept = <T extends { close(): void }>(one: T): T => (open.push(one), one);

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function way(sharedMemory: boolean, take: (block: Float32Array, lost: number) => void): { sender: SampleSender; receiver: SampleReceiver; kind: string } {
  const route = sampleRoute(48000, sharedMemory);
  return { kind: route.sink.kind, sender: kept(sampleSender(route.sink)), receiver: kept(sampleReceiver(route.source, 480, take)) };
}

const ramp = (from: number, count: number): Float32Array => Float32Array.from({ length: count }, (_, n) => from + n);

describe.each([['shared memory', true, 'ring'], ['a port', false, 'port']] as const)('samples over %s', (_name, sharedMemory, kind) => {
  it('arrive in order, in blocks of ten milliseconds', async () => {
    const blocks: number[][] = [];
    const { sender, receiver, kind: used } = way(sharedMemory, (block, lost) => {
      expect(lost).toBe(0);
      blocks.push([...block]);
    });
    expect(used).toBe(kind);
    for (let n = 0; n < 60; n++) {
      sender.push(ramp(n * 128, 128));
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await until(() => blocks.length === 16);
    expect(blocks.flat()).toEqual([...ramp(0, 16 * 480)]);
    expect(blocks.every((block) => block.length === 480)).toBe(true);
    expect(receiver.dropped).toBe(0);
  });

  it('are dropped and counted when nobody takes them, and what comes later says how many', async () => {
    const losses: number[] = [];
    let received = 0;
    const { sender, receiver } = way(sharedMemory, (block, lost) => {
      received += block.length;
      losses.push(lost);
    });
    // Two seconds at once, without giving the receiver a turn.
    for (let n = 0; n < 750; n++) sender.push(ramp(n, 128));
    expect(sender.dropped).toBeGreaterThan(0);
    const dropped = sender.dropped;
    await until(() => losses.length > 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let n = 0; n < 20; n++) sender.push(ramp(n, 128));
    // All but what does not fill a block.
    await until(() => received + dropped > 770 * 128 - 960);
    expect(losses.reduce((sum, lost) => sum + lost, 0)).toBe(dropped);
    expect(receiver.dropped).toBe(dropped);
    expect(received + dropped).toBeLessThanOrEqual(770 * 128);
  });

  it('end when either side is closed', async () => {
    let received = 0;
    const { sender, receiver } = way(sharedMemory, () => received++);
    sender.push(ramp(0, 480));
    await until(() => received === 1);
    receiver.close();
    sender.push(ramp(0, 480));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(received).toBe(1);
  });
});

describe('a way for samples', () => {
  it('uses no shared memory where it is not wanted', () => {
    const route = sampleRoute(16000, false);
    expect(route.sinkTransfer).toHaveLength(1);
    expect(route.sourceTransfer).toHaveLength(1);
    for (const port of [...route.sinkTransfer, ...route.sourceTransfer]) (port as MessagePort).close();
  });
});
