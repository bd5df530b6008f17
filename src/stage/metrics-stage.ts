/** Measures what flows through a place of the graph without touching it: how much, of what, how fast, how late. */
import type { Data } from '../base/data.js';
import type { ChannelReader, ChannelWriter } from '../stream/channel-ends.js';
import { bytesOf } from '../stream/element-trace.js';
import type { StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';
import type { StageContext } from './context.js';

/** Data that a {@link MetricsStage} settles with, and the payload of its `stream.metrics` event. */
export interface StreamMetricsData {
  readonly elements: number;
  /** Elements by type. */
  readonly byType: Readonly<Record<string, number>>;
  /** Error elements. */
  readonly errors: number;
  /** Bytes of audio, pictures and video. */
  readonly bytes: number;
  /** Time from the start of the stage to the first element; null when none came. */
  readonly firstElementMs: number | null;
  /** Longest pause between elements. */
  readonly maxGapMs: number;
  readonly durationMs: number;
  /** Elements per second. */
  readonly elementsPerSecond: number;
}

/** Measures. */
export class MetricsStage extends BaseStage<StreamMetricsData> {
  constructor(name = 'metrics') {
    super(name);
  }

  /** Passes everything on, counts it, emits `stream.metrics` at the end. */
  override async process(ctx: StageContext, input: ChannelReader<StreamElement>, output: ChannelWriter<StreamElement>): Promise<StreamMetricsData> {
    const { clock } = ctx;
    const startMs = clock.now();
    const byType: Record<string, number> = {};
    let elements = 0;
    let bytes = 0;
    let firstElementMs: number | null = null;
    let lastMs = startMs;
    let maxGapMs = 0;
    for (;;) {
      const element = input.tryRead() ?? (await input.read());
      if (element === undefined) break;
      const now = clock.now();
      if (firstElementMs === null) firstElementMs = now - startMs;
      else maxGapMs = Math.max(maxGapMs, now - lastMs);
      lastMs = now;
      elements++;
      byType[element.type] = (byType[element.type] ?? 0) + 1;
      bytes += bytesOf(element);
      if (!output.tryWrite(element) && !(await output.write(element))) break;
    }
    const durationMs = clock.now() - startMs;
    const data: StreamMetricsData = { elements, byType, errors: byType['error'] ?? 0, bytes, firstElementMs, maxGapMs, durationMs, elementsPerSecond: durationMs > 0 ? (elements * 1000) / durationMs : 0 };
    const event: Data = { elements, by_type: byType, errors: data.errors, bytes, first_element_ms: firstElementMs, max_gap_ms: maxGapMs, duration_ms: durationMs, elements_per_second: data.elementsPerSecond };
    ctx.tryEmitEvent('stream.metrics', event);
    return data;
  }
}
