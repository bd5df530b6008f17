/**
 * The room of a simulation: who made which sound when. The microphone hears it, the recogniser knows
 * its words, and the log can be held against it.
 */
import type { Clock } from '../base/clock.js';
import type { Word } from '../providers/word.js';
import type { ScenarioPause } from './scenario.js';

/** A stretch of sound. Times are milliseconds on the simulation's clock, half-open. */
export interface Sound {
  readonly startMs: number;
  readonly endMs: number;
  /** Speech has words; a cough has none. */
  readonly kind: 'speech' | 'cough' | 'click' | 'hum';
  /** Its samples at 16 kHz, where sound is real. */
  readonly samples?: Float32Array;
}

/** An utterance laid out in time, from 0. */
export interface UtterancePlan {
  readonly words: readonly Word[];
  /** Stretches of voice, from 0. */
  readonly voiced: readonly { readonly startMs: number; readonly endMs: number }[];
  readonly durationMs: number;
}

/** Lays out an utterance: words share the time by their letters, pauses lie between them. */
export function planUtterance(text: string, wordsPerMinute: number, pauses: readonly ScenarioPause[] = []): UtterancePlan {
  const texts = text.split(/\s+/u).filter((word) => word !== '');
  const letters = texts.reduce((sum, word) => sum + word.length, 0);
  const speakingMs = (texts.length * 60000) / wordsPerMinute;
  const words: Word[] = [];
  const voiced: { startMs: number; endMs: number }[] = [];
  let at = 0;
  let from = 0;
  texts.forEach((word, n) => {
    const endMs = at + (speakingMs * word.length) / letters;
    words.push({ text: word, startMs: at, endMs });
    at = endMs;
    const pause = pauses.find(({ afterWord }) => afterWord === n + 1);
    if (pause === undefined || n === texts.length - 1) return;
    voiced.push({ startMs: from, endMs: at });
    at += pause.ms;
    from = at;
  });
  if (at > from) voiced.push({ startMs: from, endMs: at });
  return { words, voiced, durationMs: at };
}

/** Everything that was and will be heard in the room. */
export class SimulatedRoom {
  readonly #clock: Clock;
  readonly #sounds: Sound[] = [];
  readonly #words: Word[] = [];
  #onSound: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `listener` whenever a sound is added. */
  set onSound(listener: (() => void) | undefined) {
    this.#onSound = listener;
  }

  /** Speaks from now on. */
  speak(plan: UtterancePlan, samples?: Float32Array): void {
    const now = this.#clock.now();
    for (const word of plan.words) this.#words.push({ ...word, startMs: word.startMs + now, endMs: word.endMs + now });
    const stretches = samples === undefined ? plan.voiced : [{ startMs: 0, endMs: plan.durationMs }];
    for (const { startMs, endMs } of stretches) this.#add({ startMs: startMs + now, endMs: endMs + now, kind: 'speech', ...(samples === undefined ? {} : { samples }) });
  }

  /** Makes a sound without words, from now on. */
  sound(kind: Exclude<Sound['kind'], 'speech'>, ms: number, samples?: Float32Array): void {
    const now = this.#clock.now();
    this.#add({ startMs: now, endMs: now + ms, kind, ...(samples === undefined ? {} : { samples }) });
  }

  /** Sounds that touch `[fromMs, toMs)`, in the order of their making. */
  during(fromMs: number, toMs: number): readonly Sound[] {
    const found: Sound[] = [];
    for (let n = this.#sounds.length - 1; n >= 0; n--) {
      const sound = this.#sounds[n] as Sound; // n is inside
      if (sound.startMs < toMs && sound.endMs > fromMs) found.unshift(sound);
      else if (sound.endMs < fromMs - 60000) break; // sounds are added in time; none lasts a minute
    }
    return found;
  }

  /** ScenarioMoment the last sound ends; 0 when none was made. */
  get endMs(): number {
    return this.#sounds.reduce((end, sound) => Math.max(end, sound.endMs), 0);
  }

  /** Words whose middle lies in `[fromMs, toMs)`. */
  wordsDuring(fromMs: number, toMs: number): readonly Word[] {
    return this.#words.filter(({ startMs, endMs }) => {
      const middle = (startMs + endMs) / 2;
      return middle >= fromMs && middle < toMs;
    });
  }

  #add(sound: Sound): void {
    this.#sounds.push(sound);
    this.#onSound?.();
  }
}
