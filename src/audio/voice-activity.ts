/** What any voice-activity detector is to the library: a probability per frame. Hysteresis lives in `Segmenter`. */

/** Voice activity detector. */
export interface VAD {
  /** Samples of one frame at 16 kHz. @default 160 (10 ms) */
  readonly frameSize?: number;
  /** Probability from 0 to 1 that the frame is speech. Frames follow each other without gaps. */
  process(frame: Float32Array): number;
  /** Forgets what was heard. */
  reset(): void;
}
