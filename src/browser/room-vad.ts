/**
 * A detector that never hears digital silence. A device that is muted, or has not begun yet, gives
 * samples that are exactly zero, which no room does; a detector that has adapted to them takes the
 * room that follows for speech. So it is asked about real sound only, and keeps what it knows.
 */
import type { VAD } from '../audio/voice-activity.js';

/** `detector`, spared of frames that are all zero; these are no speech. */
export function roomVad(detector: VAD): VAD {
  return {
    ...(detector.frameSize === undefined ? {} : { frameSize: detector.frameSize }),
    process(frame) {
      for (let n = 0; n < frame.length; n++) if (frame[n] !== 0) return detector.process(frame);
      return 0;
    },
    reset: () => detector.reset(),
  };
}
