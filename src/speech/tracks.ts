/**
 * A phrase as frames of synthesis parameters: formants move between the targets of the phones along
 * transitions whose places and lengths depend on both neighbours; stops close, burst and breathe.
 *
 * Each parameter is a line of points over time; frames sample these lines every 5 ms.
 */
import { VOICE_FRAME } from '../wasm/speech-kernel.js';
import { locus, NOISES, targetOf, type Formants, type NoiseShape, type PhoneTarget } from './phone-targets.js';
import { tune } from './intonation.js';
import { durations } from './timing.js';
import type { Phrase, Segment } from './utterance.js';

/** Milliseconds per frame of parameters. */
export const STEP_MS = 5;

/** How a voice differs from the adult male of the targets. */
export interface VoiceShape {
  /** Mean pitch in Hz. */
  readonly pitchHz: number;
  /** Factor on all formants: a shorter vocal tract has higher ones. */
  readonly tract: number;
  /** Open quotient of the larynx, 0.4 (pressed) to 0.75 (breathy). */
  readonly open: number;
  /** Slope of the source: 0 is neutral, toward -0.8 brighter, toward 0.9 duller. */
  readonly tilt: number;
  /** Noise in the voice, 0 to 0.2. */
  readonly breath: number;
}

/** A phrase ready to be rendered. */
export interface PhraseTracks {
  /** `VOICE_FRAME` values per 5 ms. */
  readonly frames: Float32Array;
  /** Times in ms of each token of the phrase, from the first frame. */
  readonly tokenTimes: readonly { readonly startMs: number; readonly endMs: number }[];
}

/** A parameter over time: points joined by straight lines, held at both ends. */
class Line {
  readonly #times: number[] = [];
  readonly #values: number[] = [];

  /** Adds a point; times before the last one are taken as the last one. */
  to(time: number, value: number): void {
    const last = this.#times.at(-1) ?? 0;
    this.#times.push(Math.max(time, last));
    this.#values.push(value);
  }

  sample(out: Float32Array, index: number): void {
    let at = 0;
    for (let frame = 0; frame * VOICE_FRAME < out.length; frame++) {
      const time = frame * STEP_MS;
      while (at + 1 < this.#times.length && (this.#times[at + 1] ?? 0) <= time) at++;
      const [t0 = 0, t1] = [this.#times[at], this.#times[at + 1]];
      const [v0 = 0, v1 = 0] = [this.#values[at], this.#values[at + 1]];
      out[frame * VOICE_FRAME + index] = t1 === undefined || time <= t0 ? v0 : v0 + ((v1 - v0) * (time - t0)) / Math.max(1e-6, t1 - t0);
    }
  }
}

// Parameters of a frame; the order is that of assembly/speech/formant.ts.
const F0 = 0, VOICING = 1, ASPIRATION = 2, FRICATION = 3, OPEN = 4, TILT = 5, FORMANT = 6, WIDTH = 12, NASAL_ZERO = 18, NASAL_POLE = 20, NOISE = 22;
const NASAL_HZ = 270;
const LEAD_MS = 20;
const TAIL_MS = 60;

// Length in ms of the movement of formants inside a vowel, by the manner of its neighbour.
const TRANSITION: Readonly<Record<string, number>> = { vowel: 70, stop: 48, fricative: 48, affricate: 48, nasal: 45, liquid: 65, glide: 80, aspirate: 10 };

/** Lays out a phrase for a voice. */
export function phraseTracks(phrase: Phrase, voice: VoiceShape, speed: number): PhraseTracks {
  const lengths = durations(phrase, speed);
  const starts: number[] = [];
  let total = LEAD_MS;
  for (const length of lengths) {
    starts.push(total);
    total += length;
  }
  const layout = new Layout(phrase.segments, starts, lengths, voice);
  const frames = new Float32Array(Math.ceil((total + TAIL_MS) / STEP_MS) * VOICE_FRAME);
  layout.write(frames);
  writeFixed(frames, voice);
  const pitch = new Line();
  for (const { timeMs, factor } of tune(phrase, starts, lengths, total)) pitch.to(timeMs, voice.pitchHz * factor);
  pitch.sample(frames, F0);
  return {
    frames,
    tokenTimes: phrase.tokens.map((_, token) => {
      const first = phrase.segments.findIndex((segment) => segment.token === token);
      const last = phrase.segments.findLastIndex((segment) => segment.token === token);
      return first < 0 ? { startMs: total, endMs: total } : { startMs: starts[first] ?? 0, endMs: (starts[last] ?? 0) + (lengths[last] ?? 0) };
    }),
  };
}

function writeFixed(frames: Float32Array, voice: VoiceShape): void {
  for (let at = 0; at < frames.length; at += VOICE_FRAME) {
    frames[at + OPEN] = voice.open;
    for (let n = 0; n < 3; n++) frames[at + WIDTH + 3 + n] = [180, 240, 350][n] ?? 400;
    frames[at + NASAL_ZERO + 1] = 100;
    frames[at + NASAL_POLE] = NASAL_HZ;
    frames[at + NASAL_POLE + 1] = 100;
    // The voice trembles a little; a perfectly steady pitch sounds like a machine.
    const time = (at / VOICE_FRAME) * STEP_MS;
    frames[at + F0] = (frames[at + F0] ?? 0) * (1 + 0.006 * Math.sin(time * 0.0295) + 0.005 * Math.sin(time * 0.0531));
  }
}

class Layout {
  readonly #segments: readonly Segment[];
  readonly #starts: readonly number[];
  readonly #lengths: readonly number[];
  readonly #voice: VoiceShape;
  readonly #formants: readonly Line[] = Array.from({ length: 6 }, () => new Line());
  readonly #widths: readonly Line[] = Array.from({ length: 3 }, () => new Line());
  readonly #gains: readonly Line[] = Array.from({ length: 6 }, () => new Line());
  readonly #voicing = new Line();
  readonly #aspiration = new Line();
  readonly #frication = new Line();
  readonly #tilt = new Line();
  readonly #nasal = new Line();

  constructor(segments: readonly Segment[], starts: readonly number[], lengths: readonly number[], voice: VoiceShape) {
    this.#segments = segments;
    this.#starts = starts;
    this.#lengths = lengths;
    this.#voice = voice;
    for (const line of [this.#voicing, this.#aspiration, this.#frication]) line.to(0, 0);
    this.#tilt.to(0, voice.tilt);
    this.#nasal.to(0, NASAL_HZ);
    segments.forEach((_, n) => this.#segment(n));
    const end = (starts.at(-1) ?? 0) + (lengths.at(-1) ?? 0);
    this.#voicing.to(end + 25, 0);
    this.#aspiration.to(end + 40, 0);
    this.#frication.to(end + 15, 0);
  }

  /** Samples all lines into the frames. */
  write(frames: Float32Array): void {
    this.#formants.forEach((line, n) => line.sample(frames, FORMANT + n));
    this.#widths.forEach((line, n) => line.sample(frames, WIDTH + n));
    this.#gains.forEach((line, n) => line.sample(frames, NOISE + n));
    this.#voicing.sample(frames, VOICING);
    this.#aspiration.sample(frames, ASPIRATION);
    this.#frication.sample(frames, FRICATION);
    this.#tilt.sample(frames, TILT);
    this.#nasal.sample(frames, NASAL_ZERO);
  }

  #at(n: number): PhoneTarget | undefined {
    const segment = this.#segments[n];
    return segment === undefined ? undefined : targetOf(segment.phone);
  }

  /** Formants where segment n meets segment n + 1. */
  #boundary(n: number): Formants {
    const [left, right] = [this.#at(n), this.#at(n + 1)];
    if (left === undefined || right === undefined) return (left ?? right)?.offset ?? [500, 1500, 2500];
    const [l, r] = [left.offset, right.onset];
    if (left.manner === 'aspirate') return r;
    if (right.manner === 'aspirate') return l;
    const tight = (target: PhoneTarget): boolean => target.manner === 'stop' || target.manner === 'fricative' || target.manner === 'affricate' || target.manner === 'nasal';
    if (tight(left) && !tight(right)) return meet(left, r);
    if (tight(right) && !tight(left)) return meet(right, l);
    // The narrower of two open sounds has more say: a glide or liquid against a vowel.
    const weight = left.manner === right.manner ? 0.5 : left.manner === 'vowel' ? 0.35 : right.manner === 'vowel' ? 0.65 : 0.5;
    return [l[0] * weight + r[0] * (1 - weight), l[1] * weight + r[1] * (1 - weight), l[2] * weight + r[2] * (1 - weight)];
  }

  #shape(time: number, formants: Formants, widths: readonly [number, number, number], noise: NoiseShape | undefined): void {
    const { tract } = this.#voice;
    formants.forEach((hertz, n) => this.#formants[n]?.to(time, hertz * tract));
    widths.forEach((hertz, n) => this.#widths[n]?.to(time, hertz * tract));
    (noise?.high ?? [3400, 4200, 5200]).forEach((hertz, n) => this.#formants[3 + n]?.to(time, hertz * (noise === undefined ? tract : Math.sqrt(tract))));
  }

  #noise(time: number, shape: NoiseShape): void {
    shape.gains.forEach((gain, n) => this.#gains[n]?.to(time, gain));
  }

  #segment(n: number): void {
    const [segment, target] = [this.#segments[n], this.#at(n)];
    if (segment === undefined || target === undefined) return;
    const [start, length] = [this.#starts[n] ?? 0, this.#lengths[n] ?? 0];
    const [left, right] = [this.#boundary(n - 1), this.#boundary(n)];
    if (segment.flap) return this.#flap(start, length, left, right);
    switch (target.manner) {
      case 'vowel':
      case 'liquid':
      case 'glide':
        return this.#open(n, target, start, length, left, right);
      case 'nasal':
        return this.#murmur(n, target, start, length, left, right);
      case 'fricative':
        return this.#rub(target, start, length, left, right, this.#at(n - 1), this.#at(n + 1));
      case 'aspirate':
        return this.#breathe(start, length, left, right, this.#segments[n - 1]);
      case 'stop':
      case 'affricate':
        return this.#stop(n, target, start, length, left, right);
    }
  }

  #open(n: number, target: PhoneTarget, start: number, length: number, left: Formants, right: Formants): void {
    const [before, behind] = [this.#at(n - 1), this.#at(n + 1)];
    const vowel = target.manner === 'vowel';
    let into = before === undefined ? 0 : vowel ? (TRANSITION[before.manner] ?? 45) : 25;
    let out = behind === undefined ? 0 : vowel ? (TRANSITION[behind.manner] ?? 45) : 25;
    const room = length * 0.92;
    if (into + out > room) [into, out] = [(into * room) / (into + out), (out * room) / (into + out)];
    const end = start + length;
    const widths = (f: Formants): readonly [number, number, number] => [45 + f[0] * 0.05, 50 + f[1] * 0.02, 70 + f[2] * 0.02];
    this.#shape(start, left, widths(left), undefined);
    const glides = target.onset[1] !== target.offset[1] && vowel && Math.abs(target.onset[1] - target.offset[1]) > 200;
    if (glides) {
      this.#shape(start + Math.max(into, length * 0.25), target.onset, widths(target.onset), undefined);
      this.#shape(Math.max(start + length * 0.72, Math.min(end - out, start + length * 0.85)), target.offset, widths(target.offset), undefined);
    } else {
      this.#shape(start + into, target.onset, widths(target.onset), undefined);
      this.#shape(end - out, target.offset, widths(target.offset), undefined);
    }
    this.#shape(end, right, widths(right), undefined);
    // Breath left over from a voiceless stop takes the beginning: see #stop.
    const delay = this.#breathOver(n);
    const level = target.voicing * (this.#segments[n]?.stress === 0 && vowel ? 0.8 : 1);
    if (delay > 0) {
      this.#voicing.to(start + delay - 4, 0);
      this.#voicing.to(start + delay + 14, level);
      this.#aspiration.to(start + delay * 0.7, 0.16);
      this.#aspiration.to(start + delay + 12, this.#voice.breath * level);
    } else {
      this.#voicing.to(start + 12, level);
      this.#aspiration.to(start + 12, this.#voice.breath * level);
    }
    this.#tilt.to(start + 8, this.#voice.tilt);
    this.#tilt.to(end - 5, this.#voice.tilt);
    this.#frication.to(start + 8, 0);
    this.#frication.to(end - 4, 0);
    const nasalNext = behind?.manner === 'nasal';
    this.#nasal.to(start + 10, NASAL_HZ + (before?.manner === 'nasal' ? 40 : 0));
    this.#nasal.to(start + Math.min(60, length * 0.5), NASAL_HZ);
    if (nasalNext) this.#nasal.to(end - Math.min(60, length * 0.45), NASAL_HZ);
    this.#nasal.to(end - 2, NASAL_HZ + (nasalNext ? 80 : 0));
    const last = behind === undefined;
    this.#voicing.to(last ? end - Math.min(70, length * 0.5) : end - 12, level);
    this.#aspiration.to(end - 12, this.#voice.breath * level);
    if (last) this.#voicing.to(end, level * 0.25);
  }

  #murmur(n: number, target: PhoneTarget, start: number, length: number, left: Formants, right: Formants): void {
    const end = start + length;
    const widths = [110, 160, 220] as const;
    const zero = { labial: 900, alveolar: 1500, velar: 2600 }[target.place as string] ?? 1200;
    const inside = (f: Formants): Formants => [330, f[1], f[2]];
    this.#shape(start + 6, inside(n > 0 ? left : right), widths, undefined);
    this.#shape(end - 6, inside(this.#at(n + 1) === undefined ? left : right), widths, undefined);
    this.#nasal.to(start + 3, zero * 0.55);
    this.#nasal.to(end - 3, zero * 0.55);
    this.#voicing.to(start + 6, target.voicing);
    this.#voicing.to(end - 8, target.voicing);
    this.#aspiration.to(start + 6, 0);
    this.#aspiration.to(end - 6, 0);
    this.#frication.to(start + 5, 0);
    this.#frication.to(end - 4, 0);
    this.#tilt.to(start + 6, Math.max(this.#voice.tilt, 0.5));
    this.#tilt.to(end - 6, Math.max(this.#voice.tilt, 0.5));
  }

  #rub(target: PhoneTarget, start: number, length: number, left: Formants, right: Formants, before: PhoneTarget | undefined, behind: PhoneTarget | undefined): void {
    const end = start + length;
    const shape = NOISES[target.place as 'labial' | 'dental' | 'alveolar' | 'palatal'];
    const widths = [90, 110, 160] as const;
    const level = shape.level * (target.voiced ? 0.75 : 1);
    const lip = (f: Formants): Formants => [target.onset[0], f[1], f[2]];
    this.#shape(start + 8, lip(left), widths, shape);
    this.#shape(end - 8, lip(right), widths, shape);
    this.#noise(start - 10, shape);
    this.#noise(end + 8, shape);
    this.#frication.to(start - (before === undefined ? 10 : 4), 0);
    this.#frication.to(start + Math.min(35, length * 0.4), level);
    this.#frication.to(end - Math.min(30, length * 0.35), level);
    this.#frication.to(end + (behind === undefined ? 18 : 6), 0);
    this.#aspiration.to(start + 5, 0);
    this.#aspiration.to(end - 5, 0);
    this.#voicing.to(start + 14, target.voicing * (behind === undefined ? 0.7 : 1));
    this.#voicing.to(end - 10, target.voicing * (behind === undefined ? 0.2 : 1));
    if (target.voiced) {
      this.#tilt.to(start + 10, Math.max(this.#voice.tilt, 0.6));
      this.#tilt.to(end - 10, Math.max(this.#voice.tilt, 0.6));
    }
    this.#nasal.to(start + 5, NASAL_HZ);
    this.#nasal.to(end - 5, NASAL_HZ);
  }

  #breathe(start: number, length: number, left: Formants, right: Formants, before: Segment | undefined): void {
    const end = start + length;
    this.#shape(start + 8, left, [200, 120, 150], undefined);
    this.#shape(end - 5, right, [160, 100, 140], undefined);
    const voiced = before !== undefined && !before.wordEnd;
    this.#voicing.to(start + 8, voiced ? 0.3 : 0);
    this.#voicing.to(end - 10, voiced ? 0.3 : 0);
    this.#frication.to(end, 0);
    this.#aspiration.to(start + Math.min(25, length * 0.4), 0.24);
    this.#aspiration.to(end - 8, 0.24);
    this.#nasal.to(end, NASAL_HZ);
  }

  #flap(start: number, length: number, left: Formants, right: Formants): void {
    const end = start + length;
    const middle: Formants = [230, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2];
    this.#shape(start, left, [70, 100, 150], undefined);
    this.#shape(start + length / 2, middle, [90, 120, 170], undefined);
    this.#shape(end, right, [70, 100, 150], undefined);
    this.#voicing.to(start + length * 0.3, 0.12);
    this.#voicing.to(start + length * 0.7, 0.12);
    this.#frication.to(end, 0);
    this.#aspiration.to(end, 0);
  }

  /** Milliseconds of breath that a voiceless stop before segment n leaves in it. */
  #breathOver(n: number): number {
    const [before, segment] = [this.#segments[n - 1], this.#segments[n]];
    const stop = this.#at(n - 1);
    if (before === undefined || segment === undefined || stop === undefined || before.flap || stop.voiced) return 0;
    if (stop.manner === 'affricate') return 8;
    if (stop.manner !== 'stop') return 0;
    const hissed = this.#segments[n - 2]?.phone === 'S' && !(this.#segments[n - 2]?.wordEnd ?? true);
    if (hissed) return 8;
    const base = { labial: 38, alveolar: 46, velar: 54 }[stop.place as string] ?? 40;
    const strong = segment.stress > 0 || (this.#at(n)?.manner !== 'vowel' && (this.#segments[n + 1]?.stress ?? 0) > 0) || before.wordStart;
    return Math.min((this.#lengths[n] ?? 0) * 0.5, base * (strong ? 1 : 0.6));
  }

  #stop(n: number, target: PhoneTarget, start: number, length: number, left: Formants, right: Formants): void {
    const [before, behind, next] = [this.#at(n - 1), this.#at(n + 1), this.#segments[n + 1]];
    const affricate = target.manner === 'affricate';
    const burst = affricate ? 70 * (target.voiced ? 0.85 : 1) : ({ labial: 9, alveolar: 14, velar: 20 }[target.place as string] ?? 12) * (target.voiced ? 0.8 : 1);
    const unheard = behind !== undefined && (behind.manner === 'stop' || behind.manner === 'affricate');
    const rub = Math.min(length * (affricate ? 0.62 : 0.4), burst);
    const end = start + length;
    const release = end - rub;
    const place = target.place === 'velar' ? 'burst-velar' : target.place === 'labial' ? 'burst-labial' : affricate ? 'palatal' : 'burst-alveolar';
    const shape = NOISES[place];
    const closed = (f: Formants): Formants => [target.voiced ? 200 : 260, f[1], f[2]];
    const widths = [target.voiced ? 60 : 120, 120, 170] as const;
    this.#shape(start + 5, closed(n > 0 ? left : right), widths, undefined);
    this.#shape(release - 3, closed(next === undefined ? left : right), widths, shape);
    this.#shape(end, closed(next === undefined ? left : right), widths, shape);
    this.#noise(start + 5, shape);
    this.#noise(end + 8, shape);
    // The voice goes on behind the closed lips, muffled, while the stop is voiced.
    const bar = target.voicing * (before === undefined && n === 0 ? 0.8 : 1);
    this.#voicing.to(start + 8, bar);
    this.#voicing.to(release - 6, bar * (behind === undefined ? 0.4 : 1));
    this.#voicing.to(release, target.voiced && behind !== undefined && !unheard ? bar : 0);
    this.#tilt.to(start + 5, target.voiced ? 0.93 : this.#voice.tilt);
    this.#tilt.to(release, target.voiced ? 0.93 : this.#voice.tilt);
    this.#aspiration.to(start + 8, 0);
    this.#aspiration.to(release, 0);
    this.#nasal.to(start + 4, NASAL_HZ);
    this.#nasal.to(end, NASAL_HZ);
    const level = unheard ? 0 : shape.level * (target.voiced ? (affricate ? 1 : 0.6) : 1) * (behind === undefined ? 0.8 : next?.stress === 0 ? 0.75 : 1) * (affricate ? 0.95 : 1);
    this.#frication.to(start + 6, 0);
    this.#frication.to(release - 3, 0);
    this.#frication.to(release + 2, level);
    this.#frication.to(affricate ? end - 15 : release + rub * 0.5, level);
    this.#frication.to(end + 5, 0);
    if (!target.voiced && !unheard) {
      this.#aspiration.to(release + 6, affricate ? 0 : 0.08);
      this.#aspiration.to(end, affricate ? 0 : behind === undefined ? 0.12 : isVowelLike(behind) ? 0.18 : 0.04);
    }
  }
}

function isVowelLike(target: PhoneTarget): boolean {
  return target.manner === 'vowel' || target.manner === 'liquid' || target.manner === 'glide';
}

// A closed consonant against an open sound: locus equations; F1 starts low and opens.
function meet(closed: PhoneTarget, open: Formants): Formants {
  const [f2, f3] = locus(closed.place, open);
  const f1 = closed.manner === 'nasal' ? open[0] * 0.55 + 170 : closed.manner === 'fricative' ? open[0] * 0.5 + 170 : open[0] * 0.35 + 190;
  return [f1, f2, f3];
}
