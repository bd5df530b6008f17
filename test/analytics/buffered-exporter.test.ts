import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnalyticsLostError, BufferedExporter, type BufferedExporterOptions } from '../../src/analytics/buffered-exporter.js';
import { AnalyticsEvent } from '../../src/analytics/event.js';
import type { AnalyticsExporter, ExportOptions } from '../../src/analytics/exporter.js';
import { ClosedError } from '../../src/base/errors.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

const event = (name: number | string): AnalyticsEvent => new AnalyticsEvent({ eventType: String(name), timestamp: new Date(0) });
const events = (count: number, from = 0): AnalyticsEvent[] => Array.from({ length: count }, (_, n) => event(from + n));

class Recorder implements AnalyticsExporter {
  readonly batches: string[][] = [];
  readonly options: (ExportOptions | undefined)[] = [];
  failures = 0;
  gate: Promise<void> = Promise.resolve();
  closed = 0;

  async export(batch: AnalyticsEvent | readonly AnalyticsEvent[], options?: ExportOptions): Promise<void> {
    await this.gate;
    if (this.failures > 0) {
      this.failures--;
      throw new Error('offline');
    }
    this.options.push(options);
    this.batches.push([batch].flat().map(({ eventType }) => eventType));
  }

  async close(): Promise<void> {
    this.closed++;
  }

  get names(): string[] {
    return this.batches.flat();
  }
}

function setUp(options: BufferedExporterOptions = {}): { clock: ManualClock; recorder: Recorder; exporter: BufferedExporter } {
  const clock = new ManualClock();
  const recorder = new Recorder();
  return { clock, recorder, exporter: new BufferedExporter(recorder, { clock, ...options }) };
}

describe('BufferedExporter', () => {
  it('exports full batches at once and the rest after the interval', async () => {
    const { clock, recorder, exporter } = setUp({ batchSize: 10, flushInterval: 2 });
    await exporter.export(events(25));
    await clock.advance(0);
    expect(recorder.batches.map((batch) => batch.length)).toEqual([10, 10]);
    await clock.advance(1999);
    expect(recorder.batches).toHaveLength(2);
    await clock.advance(1);
    expect(recorder.names).toEqual(events(25).map(({ eventType }) => eventType));
    expect(exporter.stats).toEqual({ buffered: 0, exported: 25, dropped: 0, failedBatches: 0 });
    expect(clock.pending).toBe(0);
  });

  it('waits no longer than the interval from the first event on', async () => {
    const { clock, recorder, exporter } = setUp();
    await exporter.export(event('a'));
    await clock.advance(4000);
    await exporter.export(event('b'));
    await clock.advance(1000);
    expect(recorder.batches).toEqual([['a', 'b']]);
  });

  it('sets no timer for an interval of 0', async () => {
    const { clock, recorder, exporter } = setUp({ flushInterval: 0 });
    await exporter.export(event('a'));
    expect(clock.pending).toBe(0);
    await exporter.flush();
    expect(recorder.names).toEqual(['a']);
  });

  it('drops the oldest when it is full, and tells how many in all', async () => {
    const heard: [number, number][] = [];
    const { recorder, exporter } = setUp({ maxBuffer: 5, batchSize: 10, highWaterMark: 1, onOverflow: (dropped, size) => heard.push([dropped, size]) });
    await exporter.export(events(7));
    await exporter.export(events(2, 7));
    expect(heard).toEqual([[2, 5], [-1, 5], [4, 5]]);
    await exporter.flush();
    expect(recorder.names).toEqual(['4', '5', '6', '7', '8']);
    expect(exporter.stats.dropped).toBe(4);
  });

  it('warns once at the high-water mark, and again after it was half as full', async () => {
    const heard: [number, number][] = [];
    const { exporter } = setUp({ maxBuffer: 10, batchSize: 100, highWaterMark: 0.8, flushInterval: 0, onOverflow: (dropped, size) => heard.push([dropped, size]) });
    await exporter.export(events(7));
    expect(heard).toEqual([]);
    await exporter.export(events(1));
    await exporter.export(events(1));
    expect(heard).toEqual([[-1, 8]]);
    await exporter.flush();
    await exporter.export(events(8));
    expect(heard).toEqual([[-1, 8], [-1, 8]]);
  });

  it('keeps a batch that the exporter refuses, in order, and tries again', async () => {
    const errors: string[] = [];
    const { clock, recorder, exporter } = setUp({ batchSize: 2, onError: (error) => errors.push(error.message) });
    recorder.failures = 2;
    await exporter.export(events(2));
    await clock.advance(0);
    expect(exporter.stats).toEqual({ buffered: 2, exported: 0, dropped: 0, failedBatches: 1 });
    await exporter.export(event('2')); // the next occasion, refused again
    await clock.advance(0);
    await clock.advance(5000);
    expect(recorder.names).toEqual(['0', '1', '2']);
    expect(errors).toEqual(['offline', 'offline']);
  });

  it('does not reject into the one who exports, but into the one who flushes', async () => {
    const { recorder, exporter } = setUp({ batchSize: 1 });
    recorder.failures = 2;
    await exporter.export(event('a'));
    await expect(exporter.flush()).rejects.toThrow('offline');
    await exporter.flush();
    expect(recorder.names).toEqual(['a']);
  });

  it('takes events while the exporter is busy, and drops of a refused batch only what no longer fits', async () => {
    const heard: number[] = [];
    const { clock, recorder, exporter } = setUp({ batchSize: 3, maxBuffer: 4, highWaterMark: 1, onOverflow: (dropped) => heard.push(dropped) });
    let open: () => void = () => undefined;
    recorder.gate = new Promise((resolve) => (open = resolve));
    recorder.failures = 1;
    await exporter.export(events(3));
    await exporter.export(events(2, 3));
    open();
    await clock.advance(0);
    expect(exporter.stats).toMatchObject({ buffered: 4, dropped: 1 });
    await exporter.flush();
    expect(recorder.names).toEqual(['1', '2', '3', '4']);
    expect(heard).toEqual([1, -1]);
  });

  it('exports what is left when it is closed, closes its exporter once, and refuses later events', async () => {
    const { clock, recorder, exporter } = setUp();
    await exporter.export(events(3));
    await exporter.close();
    await exporter.close();
    expect([recorder.names.length, recorder.closed, clock.pending]).toEqual([3, 1, 0]);
    await expect(exporter.export(event('x'))).rejects.toThrow(ClosedError);
  });

  it('says how many events were lost when closing could not export them', async () => {
    const { recorder, exporter } = setUp();
    recorder.failures = 9;
    await exporter.export(events(3));
    const error = (await exporter.close().catch((why: unknown) => why)) as AnalyticsLostError;
    expect(error).toBeInstanceOf(AnalyticsLostError);
    expect([error.count, (error.cause as Error).message, exporter.stats.dropped, recorder.closed]).toEqual([3, 'offline', 3, 1]);
  });

  it('hands the options of a flush to the exporter, as a page that goes away needs', async () => {
    const { recorder, exporter } = setUp();
    await exporter.export(event('a'));
    await exporter.flush({ keepalive: true });
    expect(recorder.options).toEqual([{ keepalive: true }]);
  });

  it('neither loses, doubles nor reorders an event while nothing overflows, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.record({ add: fc.integer({ min: 1, max: 7 }) }), fc.record({ fail: fc.integer({ min: 1, max: 3 }) }), fc.record({ wait: fc.nat(6000) }), fc.constant({ flush: true })), { maxLength: 25 }), async (steps) => {
        const { clock, recorder, exporter } = setUp({ batchSize: 3 });
        let made = 0;
        for (const step of steps) {
          if ('add' in step) {
            await exporter.export(events(step.add, made));
            made += step.add;
          } else if ('fail' in step) recorder.failures = step.fail;
          else if ('wait' in step) await clock.advance(step.wait);
          else await exporter.flush().catch(() => undefined);
        }
        recorder.failures = 0;
        await exporter.close();
        expect(recorder.names).toEqual(events(made).map(({ eventType }) => eventType));
        expect(exporter.stats).toMatchObject({ exported: made, dropped: 0, buffered: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it.each([{ batchSize: 0 }, { flushInterval: -1 }, { highWaterMark: 2 }, { maxBuffer: 0 }, { onOverflow: 5 }, { batch_size: 3 }])('refuses %j', (options) => {
    expect(() => new BufferedExporter(new Recorder(), options as object)).toThrow(`BufferedExporter.${Object.keys(options)[0]}`);
  });
});
