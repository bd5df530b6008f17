/** A recognised word; times in milliseconds on the clock of the audio. */
export interface Word {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Confidence in [0, 1], where the recogniser has one. */
  readonly confidence?: number;
}
