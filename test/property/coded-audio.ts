// Audio whose every sample says which recording it belongs to and where: ten bits of number and thirteen of place, in a
// value that a fade would spoil. Three samples in a row whose places follow each other are no accident.
import { AudioChunk } from '../../src/audio/chunk.js';

const PLACES = 8192;
const NUMBERS = 1024;

/** The value of sample `at` of recording `number`, from -0.25 to 0.25; exact as a 32-bit float. */
export function codeOf(number: number, at: number): number {
  return ((number % NUMBERS) * PLACES + (at % PLACES)) / 2 ** 24 - 0.25;
}

/** The recording whose samples stand at full level somewhere in a stretch, or `undefined`; the first one is enough. */
export function recordingOf(samples: Float32Array): number | undefined {
  for (let n = 0; n + 2 < samples.length; n++) {
    const code = ((samples[n] as number) + 0.25) * 2 ** 24; // n is inside
    const at = code % PLACES;
    const number = (code - at) / PLACES;
    if (Number.isInteger(code) && samples[n + 1] === codeOf(number, at + 1) && samples[n + 2] === codeOf(number, at + 2)) return number;
  }
  return undefined;
}

/** Samples `[from, from + length)` of a recording. */
export function codedChunk(number: number, from: number, length: number, sampleRate: number): AudioChunk {
  const samples = new Float32Array(length);
  for (let n = 0; n < length; n++) samples[n] = codeOf(number, from + n);
  return new AudioChunk({ float32: samples, sampleRate });
}

/** Follows one recording through what was given out, past fades and gaps. */
export class CodeReader {
  readonly #number: number;
  /** Samples of the recording that were given out at full level, or passed over in a fade. */
  position = 0;

  constructor(number: number) {
    this.#number = number;
  }

  /** Reads what was given out next; gives how many of its samples, from its beginning, lie before the reader's new position. */
  read(samples: Float32Array): number {
    let last = 0;
    for (let n = 0; n < samples.length; n++) {
      if (samples[n] === codeOf(this.#number, this.position)) {
        this.position++;
        last = n + 1;
      } else if (samples[n] !== 0 && n + 2 < samples.length) {
        const found = this.#find(samples, n);
        if (found === undefined) continue;
        this.position = found + 1;
        last = n + 1;
      }
    }
    return last;
  }

  // A fade lasts 8 ms, twice: 800 samples at 48 kHz.
  #find(samples: Float32Array, n: number): number | undefined {
    for (let at = this.position; at < this.position + 1000; at++) {
      if (samples[n] === codeOf(this.#number, at) && samples[n + 1] === codeOf(this.#number, at + 1) && samples[n + 2] === codeOf(this.#number, at + 2)) return at;
    }
    return undefined;
  }
}
