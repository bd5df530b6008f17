/**
 * Reads a `SampleStore` a little faster or slower than it plays, at unchanged pitch: WSOLA (Verhelst &
 * Roelands 1993) with splices only where they are due. Time owed adds up while samples are copied
 * unchanged; when it is worth a pitch period, the place is looked for where the signal looks most like
 * its natural continuation, and the reading head jumps there under a short cross-fade. At speed 1 the
 * output is the input, bit for bit. Jumps are whole samples and periods are not: what one jump is short of
 * the next makes good, so that a steady tone stays in step with itself however long it is. One thread; nothing allocates after construction.
 */
import { Matcher } from './matcher.js';
import type { SampleStore } from './sample-store.js';

const SHORTEST_MS = 2.5;
const LONGEST_MS = 15;
const TEMPLATE_MS = 8;
const FADE_MS = 5;
// Below this likeness a splice waits for a better place, until the longest jump is owed.
const GOOD = 0.6;
// RMS below which any place is as good as another.
const QUIET = 1e-3;

/** Time-stretching reader. */
export class Splicer {
  /** Source samples left out so far. */
  skipped = 0;
  /** Source samples played twice so far. */
  repeated = 0;
  /** Samples ahead of the head that a splice may need. */
  readonly lookahead: number;
  readonly #matcher: Matcher;
  readonly #shortest: number;
  readonly #longest: number;
  readonly #template: number;
  readonly #fade: Float32Array;
  #speed = 1;
  // What is owed = #settled + #rendered · (speed − 1): whole counts, so that block sizes do not change the sum.
  #settled = 0;
  #rendered = 0;
  // How far the jumps so far have come out of step with the true periods, which are no whole samples.
  #astray = 0;
  // Samples until the next look: counted over calls, so that block sizes do not matter.
  #untilLook = 0;
  #fading: number;
  #offset = 0;

  constructor(sampleRate: number, module?: WebAssembly.Module) {
    const samples = (ms: number): number => Math.round((ms * sampleRate) / 1000);
    this.#shortest = samples(SHORTEST_MS);
    this.#longest = samples(LONGEST_MS);
    this.#template = samples(TEMPLATE_MS);
    const fade = samples(FADE_MS);
    this.#fade = Float32Array.from({ length: fade }, (_, n) => 0.5 - 0.5 * Math.cos((Math.PI * (n + 1)) / (fade + 1)));
    this.#fading = fade;
    this.lookahead = this.#longest + Math.max(this.#template, fade) + 1;
    this.#matcher = new Matcher(this.#longest + this.#template + 1, sampleRate, module);
  }

  /** Samples that a splice may jump back, so that the store must keep them. */
  get reach(): number {
    return this.#longest;
  }

  /** Source samples owed to the wanted speed: positive must be skipped, negative repeated. */
  get owed(): number {
    return this.#settled + this.#rendered * (this.#speed - 1);
  }

  /** Source samples per output sample, 0.5 … 2. Going back to 1 forgives what is owed. */
  get speed(): number {
    return this.#speed;
  }

  set speed(value: number) {
    if (value === this.#speed) return;
    this.#settled = value === 1 ? 0 : this.owed;
    this.#rendered = 0;
    this.#speed = value;
  }

  /** Samples that the present cross-fade still takes. */
  get fadeLeft(): number {
    return this.#fade.length - this.#fading;
  }

  /** Begins with another stream: nothing is owed, no cross-fade runs on. */
  reset(): void {
    this.#settled = 0;
    this.#rendered = 0;
    this.#astray = 0;
    this.#untilLook = 0;
    this.#fading = this.#fade.length;
  }

  /** Reads up to `count` samples into `output` from `start` on, while more than `keep` are held; returns how many there were. */
  read(store: SampleStore, output: Float32Array, start: number, count: number, keep = 0): number {
    let done = 0;
    while (done < count && store.held > keep) {
      if (this.#fading < this.#fade.length) {
        done += this.#crossFade(store, output, start + done, Math.min(count - done, store.held - keep));
        continue;
      }
      if (this.#untilLook === 0) {
        this.#untilLook = this.#shortest;
        if (Math.abs(this.owed) >= this.#shortest) this.#splice(store);
        // A jump may have used up what was to be kept.
        if (this.#fading < this.#fade.length) continue;
      }
      const run = Math.min(count - done, store.held - keep, this.#untilLook);
      this.#untilLook -= run;
      store.copy(store.head, output, start + done, run);
      store.advance(run);
      done += run;
      this.#rendered += run;
    }
    return done;
  }

  /** Jumps by exactly `lag` source samples (negative: back) under a cross-fade, at the head. */
  jump(store: SampleStore, lag: number): void {
    if (lag > 0) this.skipped += lag;
    else this.repeated -= lag;
    store.advance(lag);
    this.#offset = -lag;
    this.#fading = 0;
    this.#settled -= lag;
  }

  #crossFade(store: SampleStore, output: Float32Array, start: number, count: number): number {
    const run = Math.min(count, this.#fade.length - this.#fading);
    for (let n = 0; n < run; n++) {
      const weight = this.#fade[this.#fading + n] as number; // run ends with the fade
      output[start + n] = store.at(store.head + n) * weight + store.at(store.head + n + this.#offset) * (1 - weight);
    }
    this.#fading += run;
    this.#rendered += run;
    store.advance(run);
    return run;
  }

  #splice(store: SampleStore): void {
    const forward = this.owed > 0;
    if (forward ? store.held < this.lookahead : store.held < this.#template || store.behind < this.#longest) return;
    const { window } = this.#matcher;
    const length = this.#longest + this.#template;
    const first = forward ? store.head : store.head - this.#longest;
    store.copy(first, window, 0, length);
    // In silence every place is the right one: all that is owed at once, or a fast speed would fall behind.
    if (this.#isQuiet(window, 0, length)) return this.jump(store, Math.sign(this.owed) * Math.min(this.#longest, Math.floor(Math.abs(this.owed))));
    const template = forward ? 0 : this.#longest;
    const from = forward ? this.#shortest : 0;
    const to = forward ? this.#longest : this.#longest - this.#shortest;
    const found = this.#matcher.find(template, this.#template, from, to);
    const overdue = Math.abs(this.owed) >= this.#longest;
    const { score } = this.#matcher;
    if (score < GOOD && !overdue && !this.#isQuiet(window, template, this.#template)) return;
    this.jump(store, score < GOOD ? found - template : this.#inStep(found, from, to) - template);
  }

  /** The place beside `found` that leaves the signal least out of step. */
  #inStep(found: number, from: number, to: number): number {
    const astray = this.#astray - this.#matcher.offset;
    const place = Math.min(to, Math.max(from, found - Math.sign(Math.trunc(astray * 2))));
    this.#astray = Math.min(0.5, Math.max(-0.5, astray + place - found));
    return place;
  }

  #isQuiet(window: Float32Array, at: number, count: number): boolean {
    let sum = 0;
    for (let n = 0; n < count; n++) sum += (window[at + n] as number) ** 2; // inside the window
    return sum < count * QUIET * QUIET;
  }
}
