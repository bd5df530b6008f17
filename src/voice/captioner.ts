/** Tells an answer as it is heard: for captions that keep pace with the voice. */
import type { Clock } from '../base/clock.js';
import type { HeardText } from './heard-text.js';
import type { Playback } from './voice-output.js';

// Ten times a second is faster than anybody reads, and a word lasts longer.
const EVERY_MS = 100;

/** Calls `tell` with what was heard so far whenever it has grown; ends with the playback. */
export function followHeard(playback: Playback, heard: HeardText, clock: Clock, tell: (text: string) => void): void {
  let told = '';
  let cancel = (): void => undefined;
  const look = (heardMs: number): void => {
    const text = heard.at(heardMs);
    if (text === told) return;
    told = text;
    tell(text);
  };
  const wait = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      look(playback.heard().heardMs);
      wait();
    });
  };
  const stop = (): void => cancel();
  wait();
  playback.done.then((report) => {
    stop();
    look(report.heardMs);
  }, stop);
}
