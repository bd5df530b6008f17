/** A virtual loudspeaker that begins as late as a recorded one did, and heard of cut answers as much. */
import type { Playback, PlaybackReport, VoiceOutput } from '../voice/voice-output.js';
import type { RecordedPlayback } from './scenario.js';
import { VirtualSpeaker, type VirtualSpeakerOptions } from './virtual-speaker.js';

/** A recorded loudspeaker. */
export class TapedSpeaker extends VirtualSpeaker implements VoiceOutput {
  readonly #tape: readonly RecordedPlayback[];

  constructor(options: VirtualSpeakerOptions, tape: readonly RecordedPlayback[]) {
    super(options);
    this.#tape = tape;
  }

  override begin(): Playback {
    const recorded = this.#tape[this.playbacks.length];
    const playback = super.begin();
    if (recorded === undefined) return playback;
    // The device was filling its buffer: it renders nothing until then.
    this.stall(recorded.startDelayMs);
    const { heardMs } = recorded;
    if (heardMs === undefined) return playback;
    const done = playback.done.then((report): PlaybackReport => (report.interrupted ? { ...report, heardMs } : report));
    return {
      done,
      write: (chunk) => playback.write(chunk),
      end: () => playback.end(),
      cut: () => playback.cut(),
      pause: () => playback.pause(),
      resume: () => playback.resume(),
      heard: () => playback.heard(),
    };
  }
}
