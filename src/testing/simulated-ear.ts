/**
 * How a simulated microphone tells what is speech: either the real chain (detector and segmenter on
 * real samples), or the real segmenter on what the room says is speech, which costs next to nothing.
 */
import { CaptureProcessor } from '../audio/capture-processor.js';
import { Segmenter, type SegmentEvent, type SegmenterOptions } from '../audio/segmenter.js';
import type { SimulatedRoom } from './simulated-room.js';

/** Frames of the ear are so long. */
export const EAR_FRAME_MS = 20;
const RATE = 16000;
const FRAME = (RATE * EAR_FRAME_MS) / 1000;
// Level of the room's noise, -60 dB of full scale: a quiet room through a good microphone.
const NOISE = 0.001;

/** Listens frame by frame. */
export interface Ear {
  /** Whether silence must be listened to as well. */
  readonly continuous: boolean;
  /** Takes the frame that ends at `endMs`; gives its samples, and calls back with what was found. */
  listen(room: SimulatedRoom, endMs: number): { readonly samples: Float32Array; readonly voiced: boolean };
  /** Forgets everything; the next frame is the first, and speech ends after this silence. */
  reset(endSilenceMs: number): void;
  close(): void;
}

/** An ear that is told by the room. */
export function toldEar(onEvent: (event: SegmentEvent) => void): Ear {
  let segmenter = new Segmenter();
  const samples = new Float32Array(FRAME);
  return {
    continuous: false,
    listen(room, endMs) {
      const sounds = room.during(endMs - EAR_FRAME_MS, endMs);
      const speech = sounds.some(({ kind }) => kind === 'speech');
      // A cough or a click makes a detector doubt for two frames (below the 60 ms that confirm an onset), not longer.
      const doubt = !speech && sounds.some(({ startMs }) => endMs - startMs <= 2 * EAR_FRAME_MS);
      for (const event of segmenter.push(samples, speech || doubt ? 0.95 : 0.02)) onEvent(event);
      return { samples, voiced: speech };
    },
    reset: (endSilenceMs) => void (segmenter = new Segmenter(silence(endSilenceMs))),
    close: () => undefined,
  };
}

/** An ear that listens to samples. `random` makes the noise of the room. */
export function realEar(onEvent: (event: SegmentEvent) => void, random: () => number): Ear {
  let voiced = false;
  const make = (endSilenceMs: number): CaptureProcessor => new CaptureProcessor({ inputRate: RATE, onEvent, segmenter: silence(endSilenceMs), onFrame: ({ probability }) => void (voiced = probability >= 0.5 || voiced) });
  let capture: CaptureProcessor | undefined;
  return {
    continuous: true,
    listen(room, endMs) {
      const samples = new Float32Array(FRAME);
      for (let n = 0; n < FRAME; n++) samples[n] = (random() * 2 - 1) * NOISE;
      for (const sound of room.during(endMs - EAR_FRAME_MS, endMs)) mix(samples, sound.samples, endMs - EAR_FRAME_MS - sound.startMs);
      voiced = false;
      capture?.push(samples);
      return { samples, voiced };
    },
    reset(endSilenceMs) {
      capture?.close();
      capture = make(endSilenceMs);
    },
    close: () => capture?.close(),
  };
}

// What is kept from behind the last voiced frame may not be longer than the silence itself.
function silence(endSilenceMs: number): SegmenterOptions {
  return { redemptionMs: endSilenceMs, postRollMs: Math.min(200, endSilenceMs) };
}

function mix(target: Float32Array, source: Float32Array | undefined, offsetMs: number): void {
  if (source === undefined) return;
  const offset = Math.round((offsetMs * RATE) / 1000);
  for (let n = 0; n < target.length; n++) {
    const at = n + offset;
    if (at >= 0 && at < source.length) target[n] = (target[n] as number) + (source[at] as number); // both inside
  }
}
