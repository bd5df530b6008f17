// A channel does, step by step, what its slow reference does: every policy, lane, end and way of reading.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel, type Overflow } from '../../src/stream/channel.js';
import type { Priority } from '../../src/stream/element.js';
import { StreamError } from '../../src/stream/errors.js';
import { ReferenceChannel, type Item, type Outcome } from './reference-channel.js';

type Step = { readonly does: 'tryWrite' | 'write'; readonly lane: number } | { readonly does: 'tryRead' | 'read' | 'close' | 'abort' | 'cancel' | 'attach' | 'detach' } | { readonly does: 'clear'; readonly keeps: number };

const often = <T extends string>(does: T, weight: number): { arbitrary: fc.Arbitrary<{ does: T }>; weight: number } => ({ arbitrary: fc.constant({ does }), weight });
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ does: fc.constantFrom('tryWrite' as const, 'write' as const), lane: fc.constantFrom(0, 1, 1, 2, 3) }), weight: 12 },
  often('tryRead', 5),
  often('read', 5),
  { arbitrary: fc.record({ does: fc.constant('clear' as const), keeps: fc.integer({ min: 0, max: 3 }) }), weight: 1 },
  often('attach', 2),
  often('detach', 1),
  often('close', 1),
  often('abort', 1),
  often('cancel', 1),
);

const turns = async (): Promise<void> => {
  for (let n = 0; n < 6; n++) await Promise.resolve();
};

describe('a channel beside its reference', () => {
  it('answers every step alike, and conserves: what went in was read, taken, dropped, cleared, or left behind by a cancel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom<Overflow>('block', 'block', 'dropNewest', 'dropOldest', 'error'), async (steps, capacity, overflow) => {
        const dropped: Item[] = [];
        const taken: Item[] = [];
        let ready = 0;
        const channel = new Channel<Item>({ capacity, overflow, priorityOf: ({ lane }) => lane as Priority, onDrop: (item) => dropped.push(item) });
        const receiver = { take: (item: Item) => void taken.push(item), ready: () => void ready++ };
        const reference = new ReferenceChannel(capacity, overflow);
        const promises: Outcome[] = [];
        const keep = (promise: Promise<Item | boolean | undefined>): void => {
          const at = promises.push('open') - 1;
          promise.then((value) => (promises[at] = value ?? 'end'), (error: unknown) => (promises[at] = error instanceof StreamError ? 'error' : 'open'));
        };
        const orThrows = <T>(run: () => T): T | 'throws' => {
          try {
            return run();
          } catch (error) {
            expect(error).toBeInstanceOf(StreamError);
            return 'throws';
          }
        };
        let written = 0;
        let left = 0;
        let cleared = 0;
        const direct: Item[] = [];
        for (const one of steps) {
          switch (one.does) {
            case 'tryWrite': {
              const item = { n: written++, lane: one.lane };
              const went = orThrows(() => channel.tryWrite(item));
              expect(went).toBe(reference.tryWrite(item));
              if (went !== true) left++;
              break;
            }
            case 'write': {
              const item = { n: written++, lane: one.lane };
              const given = orThrows(() => channel.write(item));
              expect(given === 'throws' ? given : 'given').toBe(reference.write(item));
              if (given === 'throws') left++;
              else keep(Promise.resolve(given));
              break;
            }
            case 'tryRead': {
              const item = orThrows(() => channel.tryRead());
              expect(item).toEqual(reference.tryRead());
              if (item !== undefined && item !== 'throws') direct.push(item);
              break;
            }
            case 'read':
              if (reference.isAttached) break; // one way of reading at a time
              keep(channel.read());
              reference.read();
              break;
            case 'attach':
              if (reference.readersWait) break;
              expect(channel.attach(receiver)).toBe(reference.attach());
              break;
            case 'detach':
              channel.detach();
              reference.isAttached = false;
              break;
            case 'clear': {
              const keeps = ({ n }: Item): boolean => n % 3 < one.keeps;
              const gone = channel.clear(keeps);
              expect(gone).toBe(reference.clear(keeps));
              cleared += gone;
              break;
            }
            case 'close':
              channel.close();
              reference.end(false);
              break;
            case 'abort':
              channel.abort(new Error('writer'));
              reference.end(true);
              break;
            case 'cancel':
              left += channel.size;
              channel.cancel();
              reference.cancel();
              break;
          }
          await turns();
          expect({ promises, size: channel.size, closed: channel.closed, dropped, taken, ready }).toEqual({ promises: reference.promises, size: reference.queue.length, closed: reference.closed, dropped: reference.dropped, taken: reference.taken, ready: reference.readyCount });
        }
        left += channel.size;
        channel.cancel();
        reference.cancel();
        await turns();
        expect(promises).toEqual(reference.promises);
        expect(promises).not.toContain('open'); // nobody is left waiting
        const refused = promises.filter((one) => one === false).length;
        const read = promises.filter((one) => typeof one === 'object').length + direct.length;
        expect(read + taken.length + dropped.length + cleared + left + refused).toBe(written);
      }),
      { numRuns: 1500, seed: 20260302 },
    );
  });
});
