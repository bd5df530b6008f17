/** Cuts an answer where the sentence that is heard ends. */
import type { Clock } from '../base/clock.js';
import type { HeardText } from './heard-text.js';
import type { Playback } from './voice-output.js';

/** What is cut, and how. */
export interface SentenceCut {
  readonly playback: Playback;
  readonly heard: HeardText;
  readonly clock: Clock;
  /** Milliseconds from rendering to hearing: the last word is heard before the cut counts. */
  readonly latencyMs: number;
  readonly cut: () => void;
}

// A sentence whose end is not synthesised yet is looked at again after this time.
const LOOK_MS = 20;

/** Waits for the end of the sentence and cuts there; an answer that ends before is left alone. The returned function gives it up. */
export function cutAfterSentence({ playback, heard, clock, latencyMs, cut }: SentenceCut): () => void {
  let cancel = (): void => undefined;
  let over = false;
  let endMs: number | undefined;
  const stop = (): void => {
    over = true;
    cancel();
  };
  const look = (): void => {
    if (over) return;
    const { renderedMs } = playback.heard();
    endMs ??= heard.sentenceEndMs(renderedMs);
    const leftMs = endMs === undefined ? LOOK_MS : endMs - renderedMs;
    if (leftMs > 0) {
      cancel = clock.after(leftMs, look);
      return;
    }
    playback.pause(); // nothing of the next sentence is rendered
    cancel = clock.after(latencyMs, () => {
      stop();
      cut();
    });
  };
  void playback.done.then(stop, stop);
  look();
  return stop;
}
