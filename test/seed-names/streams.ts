// The stream document: pipes, windows, batches, backpressure, errors, the monitor.
import { equal } from './row.js';
import type { Lib, Row } from './row.js';

const collect = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all = [];
  for await (const item of stream) all.push(item);
  return all;
};
const config = (lib: Lib): Lib => new lib.BackpressureConfig({ maxBufferSize: 1000, throttleThreshold: 0.8, minProcessingTime: 0.1 });
const processed = (lib: Lib): Lib => new (class extends lib.StreamPipe {
  async processItem(item: unknown): Promise<unknown> {
    return { processed: item };
  }
})();

export const streams: readonly Row[] = [
  {
    name: 'StreamPipe', kind: 'class', make: (lib) => new lib.StreamPipe(), members: ['processStream', 'processItem', 'stream', 'setMonitor'], options: (lib) => new lib.StreamPipe({ config: config(lib) }),
    does: {
      'streams what processItem gives': async (lib) => equal(await collect(processed(lib).stream([1, 2])), [{ processed: 1 }, { processed: 2 }]),
      'lets processStream be overridden': async (lib) => {
        class MyStreamPipe extends lib.StreamPipe {
          async *processStream(stream: AsyncIterable<number>): AsyncIterable<unknown> {
            for await (const item of stream) yield await this.processItem(item);
          }

          async processItem(item: number): Promise<number> {
            return item + 1;
          }
        }
        return equal(await collect(new MyStreamPipe().stream([1, 2])), [2, 3]);
      },
    },
  },
  {
    name: 'WindowedStreamPipe', kind: 'class', make: (lib) => new lib.WindowedStreamPipe(60), members: ['processWindow', 'stream'],
    does: { 'gives the last window at the end': async (lib) => {
      class WindowProcessor extends lib.WindowedStreamPipe {
        async processWindow(window: number[]): Promise<number> {
          return window.length;
        }
      }
      return equal(await collect(new (WindowProcessor as Lib)(60).stream([1, 2, 3])), [3]);
    } },
  },
  {
    name: 'BatchStreamPipe', kind: 'class', make: (lib) => new lib.BatchStreamPipe(2), members: ['processBatch', 'stream'],
    does: { 'gives batches and the remainder': async (lib) => {
      class BatchProcessor extends lib.BatchStreamPipe {
        async processBatch(batch: number[]): Promise<number> {
          return batch.length;
        }
      }
      return equal(await collect(new (BatchProcessor as Lib)(2).stream([1, 2, 3])), [2, 1]);
    } },
  },
  { name: 'BackpressureConfig', kind: 'class', make: (lib) => config(lib), options: (lib) => config(lib), members: ['maxBufferSize', 'throttleThreshold', 'minProcessingTime'], defaults: { maxBufferSize: 1000, throttleThreshold: 0.8, minProcessingTime: 0.1 } },
  { name: 'StreamError', kind: 'class' },
  {
    name: 'StreamMonitor', kind: 'class', make: (lib) => new lib.StreamMonitor(), members: ['getMetrics'],
    does: { 'gives throughput and backpressure': async (lib) => {
      const monitor = new lib.StreamMonitor();
      const pipe = processed(lib);
      pipe.setMonitor(monitor);
      await collect(pipe.stream([1, 2]));
      const { throughput, backpressure } = monitor.getMetrics();
      return equal([typeof throughput, typeof backpressure], ['number', 'number']);
    } },
  },
];
