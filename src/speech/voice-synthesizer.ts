/**
 * Text to samples: the formant voice without its provider clothes. Phrases are rendered one by one,
 * so the first sound of a long text comes at once.
 */
import { speechKernel, VoiceUnit } from '../wasm/speech-kernel.js';
import { spokenTokens, type Break } from './spoken-text.js';
import { phraseTracks, STEP_MS, type VoiceShape } from './tracks.js';
import { phrasesOf } from './utterance.js';

/** Samples per second of the voice. */
export const VOICE_RATE = 24000;

/** A word with its range in the text and its time from the first sample of its phrase. */
export interface SpokenWord {
  readonly text: string;
  readonly charStart: number;
  readonly charEnd: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** A rendered phrase. */
export interface SpokenPhrase {
  /** Mono samples in [-1, 1] at {@link VOICE_RATE}, the pause after the phrase included. */
  readonly samples: Float32Array;
  readonly words: readonly SpokenWord[];
}

/** Ready-made voices. */
export const VOICES: Readonly<Record<'clara' | 'adam' | 'june' | 'bruno', VoiceShape>> = {
  clara: { pitchHz: 190, tract: 1.15, open: 0.6, tilt: -0.55, breath: 0.045 },
  adam: { pitchHz: 112, tract: 1, open: 0.52, tilt: -0.72, breath: 0.02 },
  june: { pitchHz: 225, tract: 1.2, open: 0.6, tilt: -0.5, breath: 0.04 },
  bruno: { pitchHz: 88, tract: 0.94, open: 0.5, tilt: -0.72, breath: 0.02 },
};

const FRAME_SAMPLES = (VOICE_RATE * STEP_MS) / 1000;
const MOST_FRAMES = 200;
const PAUSE_MS: Readonly<Record<Break, number>> = { none: 0, comma: 150, stop: 280, question: 280 };
// Brings an open vowel to a peak near 0.6; the rest is headroom for sibilants and higher voices.
const GAIN = 0.2;

/** A formant synthesiser for English text. Synchronous; a second of speech takes a few milliseconds. */
export class VoiceSynthesizer {
  readonly #unit: VoiceUnit;

  /** Takes the compiled speech.wasm. */
  constructor(module: WebAssembly.Module) {
    this.#unit = new VoiceUnit(module, VOICE_RATE, FRAME_SAMPLES, MOST_FRAMES);
  }

  /** A synthesiser on the package's own speech.wasm, or on `module`. Rejects with `WasmUnavailableError` where nothing can be compiled. */
  static async load(module?: WebAssembly.Module): Promise<VoiceSynthesizer> {
    return new VoiceSynthesizer(module ?? (await speechKernel.load()));
  }

  /** Renders a text phrase by phrase; equal texts, voices and speeds give equal samples. */
  *speak(text: string, voice: VoiceShape, speed: number): Generator<SpokenPhrase> {
    const phrases = phrasesOf(spokenTokens(text));
    this.#unit.reset(1);
    for (const [index, phrase] of phrases.entries()) {
      const { frames, tokenTimes } = phraseTracks(phrase, voice, speed);
      const rendered = this.#unit.render(frames);
      const pauseMs = index === phrases.length - 1 ? 0 : PAUSE_MS[phrase.pause] / speed;
      const samples = new Float32Array(rendered.length + Math.round((pauseMs * VOICE_RATE) / 1000));
      for (let n = 0; n < rendered.length; n++) samples[n] = limited((rendered[n] ?? 0) * GAIN);
      yield {
        samples,
        words: phrase.tokens.map((token, n) => ({
          text: text.slice(token.start, token.end),
          charStart: token.start,
          charEnd: token.end,
          startMs: tokenTimes[n]?.startMs ?? 0,
          endMs: tokenTimes[n]?.endMs ?? 0,
        })),
      };
    }
  }
}

// Straight up to 0.7, then bent so that nothing passes 1.
function limited(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.7) return x;
  return Math.sign(x) * (0.7 + 0.3 * Math.tanh((size - 0.7) / 0.3));
}
