// Metrics of a pipe.
import { describe, expect, it } from 'vitest';
import { StreamMonitor } from '../../src/stream/monitor.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('StreamMonitor', () => {
  it('gives throughput, errors and times over its window only', () => {
    const clock = new ManualClock();
    const monitor = new StreamMonitor({ clock, windowSeconds: 10 });
    expect(monitor.getMetrics()).toMatchObject({ throughput: 0, items: 0, errorRate: 0, processingTimeMs: { average: 0, min: 0, max: 0 } });
    for (let n = 0; n < 10; n++) {
      monitor.recordItem(n);
      clock.advanceSync(500);
    }
    monitor.recordError();
    expect(monitor.getMetrics()).toMatchObject({ items: 11, errors: 1, throughput: 11 / 5, processingTimeMs: { average: 4.5, min: 0, max: 9 } });
    clock.advanceSync(60_000);
    expect(monitor.getMetrics().items).toBe(0);
    monitor.recordBuffer(3, 4);
    expect(monitor.toDict()).toMatchObject({ backpressure: 0.75, error_rate: 0 });
    monitor.reset();
    expect(monitor.getMetrics().backpressure).toBe(0);
  });
});
