/** A microphone recording made of pauses and of the recordings in test/fixtures/speech, as a WAV file for Chromium. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '../../../src/audio/wav.js';
import { root } from '../../tools/install.mjs';

/** Seconds of silence, or the name of a recording. */
export type SpokenPart = number | string;

const RATE = 16000;

/** Writes the file and returns its path. */
export function writeScript(parts: readonly SpokenPart[], path: string): string {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return new Float32Array(Math.round(part * RATE));
    const { samples, sampleRate } = decodeWav(new Uint8Array(readFileSync(join(root, 'test/fixtures/speech', `${part}.wav`))));
    if (sampleRate !== RATE) throw new Error(`${part}.wav has ${sampleRate} Hz; a script is made of recordings at ${RATE} Hz.`);
    return samples;
  });
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  writeFileSync(path, encodeWav(samples, { sampleRate: RATE }));
  return path;
}
