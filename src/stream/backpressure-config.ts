/** How far a pipe reads ahead of what it processes, and how fast it may go. */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';

/** Options of {@link BackpressureConfig}. */
export interface BackpressureConfigInit {
  /** Items read ahead at most. @default 1000 */
  readonly maxBufferSize?: number;
  /** Share of `maxBufferSize` from which reading pauses until half of it is processed, 0 to 1. @default 0.8 */
  readonly throttleThreshold?: number;
  /** Seconds that each item takes at least; `{ ms }` for milliseconds. @default 0 */
  readonly minProcessingTime?: number | { readonly ms: number };
}

/** Limits of a pipe. */
export class BackpressureConfig {
  readonly maxBufferSize: number;
  readonly throttleThreshold: number;
  /** Seconds. */
  readonly minProcessingTime: number;

  /** Throws `InvalidOptionError`. */
  constructor(init: BackpressureConfigInit = {}) {
    refuseUnknownOptions('BackpressureConfig', init, ['maxBufferSize', 'throttleThreshold', 'minProcessingTime']);
    this.maxBufferSize = requireNumber('BackpressureConfig.maxBufferSize', init.maxBufferSize ?? 1000, { min: 1, integer: true });
    this.throttleThreshold = requireNumber('BackpressureConfig.throttleThreshold', init.throttleThreshold ?? 0.8, { min: 0, max: 1 });
    this.minProcessingTime = durationMs('BackpressureConfig.minProcessingTime', init.minProcessingTime ?? 0) / 1000;
    Object.freeze(this);
  }
}

/** Milliseconds of a duration in seconds or `{ ms }`. Throws `InvalidOptionError` naming `option`. */
export function durationMs(option: string, duration: number | { readonly ms: number }): number {
  return typeof duration === 'object' && duration !== null ? requireNumber(`${option}.ms`, duration.ms, { min: 0 }) : requireNumber(option, duration, { min: 0 }) * 1000;
}
