/** What a `StreamingBuffer` has done and holds, as a record at one moment. */
import type { Data } from '../base/data.js';

/** Fields of {@link StreamingBufferStats}. */
export interface StreamingBufferStatsInit {
  readonly durationMs: number;
  readonly bytesBuffered: number;
  readonly totalReceived: number;
  readonly totalRead: number;
  readonly totalDropped: number;
  readonly isReady: boolean;
  readonly underrunActive: boolean;
  readonly missing: number;
  readonly duplicates: number;
  readonly reordered: number;
}

/** Frozen statistics; `totalReceived = totalRead + totalDropped + bytesBuffered`. */
export class StreamingBufferStats implements StreamingBufferStatsInit {
  /** Milliseconds held; 0 in the byte form. */
  readonly durationMs: number;
  /** Bytes held. */
  readonly bytesBuffered: number;
  /** Bytes taken in. */
  readonly totalReceived: number;
  /** Bytes given out. */
  readonly totalRead: number;
  /** Bytes dropped by overflow, by `clear` and as disordered. */
  readonly totalDropped: number;
  /** Whether reading should go on. */
  readonly isReady: boolean;
  /** Whether the buffer ran dry and has not recovered. */
  readonly underrunActive: boolean;
  /** Sequence numbers that never came. */
  readonly missing: number;
  /** Chunks that came twice. */
  readonly duplicates: number;
  /** Chunks that came after a later one. */
  readonly reordered: number;

  constructor(init: StreamingBufferStatsInit) {
    this.durationMs = init.durationMs;
    this.bytesBuffered = init.bytesBuffered;
    this.totalReceived = init.totalReceived;
    this.totalRead = init.totalRead;
    this.totalDropped = init.totalDropped;
    this.isReady = init.isReady;
    this.underrunActive = init.underrunActive;
    this.missing = init.missing;
    this.duplicates = init.duplicates;
    this.reordered = init.reordered;
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      duration_ms: this.durationMs,
      bytes_buffered: this.bytesBuffered,
      total_received: this.totalReceived,
      total_read: this.totalRead,
      total_dropped: this.totalDropped,
      is_ready: this.isReady,
      underrun_active: this.underrunActive,
      missing: this.missing,
      duplicates: this.duplicates,
      reordered: this.reordered,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }
}
