// The recordings of test/fixtures/speech (espeak-ng; see test/tools/train-commands/record-fixtures.mjs) as samples at 16 kHz.
import { readFileSync } from 'node:fs';
import { decodeWav } from '../../src/audio/wav.js';

/** Bytes of a recording: a WAV file. */
export function recordingBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/speech/${name}.wav`, import.meta.url)));
}

/** Samples of a recording at 16 kHz. */
export function recording(name: string): Float32Array {
  return decodeWav(recordingBytes(name)).samples;
}

/** What each recording says; undefined where it is outside the grammar. */
export const SAID: Readonly<Record<string, string | undefined>> = {
  time: 'what time is it',
  timer: 'set a timer for five minutes',
  sum: 'what is twelve plus thirty',
  convert: 'convert ten miles to kilometers',
  card: 'four one one one one one one one one one one one one one one one',
  recall: 'recall my notes',
  said: 'what did i say',
  help: 'help',
  stop: 'stop',
  weather: undefined,
  story: undefined,
};
