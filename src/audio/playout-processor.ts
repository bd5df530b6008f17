/**
 * The playout core: turns answers that arrive in chunks into an uninterrupted stream of quanta.
 *
 * Contract for wiring (an AudioWorkletProcessor or a test is a thin shell around it):
 * - construct it with the context's sample rate; with `module` it hides gaps and stretches time,
 *   without (strict CSP) it plays plainly with fades;
 * - hand every command that comes over any port to `receive`, on the audio thread, between quanta;
 * - call `process(output)` once per quantum with the mono block (copy it to further channels); it
 *   neither allocates nor posts;
 * - after it, `while (processor.reportDue) port.postMessage(processor.takeReport())`. Reports are
 *   rare: one per change of state and one per `reportEveryMs` while an answer is open.
 *
 * | state     | leaves when                                        | to        | report    |
 * |-----------|----------------------------------------------------|-----------|-----------|
 * | idle      | open                                               | buffering |           |
 * | buffering | target held, or ended with audio left              | playing   | started / recovered |
 * | buffering | ended, nothing held                                | idle      | ended     |
 * | playing   | nothing held, not ended                            | buffering | underrun  |
 * | playing   | nothing held, ended                                | idle      | ended     |
 * | any       | cut, or a newer open                               | idle      | cut       |
 *
 * Paused is a flag beside the state: nothing is read while it is set, so `resume` goes on at the
 * exact sample.
 */
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { FadeTail } from './fade-tail.js';
import type { PlayoutCommand, PlayoutReport, PlayoutReportType } from './playout-message.js';
import { PlayoutTarget } from './playout-target.js';
import { SampleStore } from './sample-store.js';

/** How a {@link PlayoutProcessor} is made. */
export interface PlayoutOptions {
  /** Rate of the output clock in Hz. */
  readonly sampleRate: number;
  /** Compiled `audio.wasm` for concealment and time-stretching; without it plain playback with fades. */
  readonly module?: WebAssembly.Module;
  /** Audio held at most. @default 30000 */
  readonly capacityMs?: number;
  /** Least audio held before an answer starts. @default 20 */
  readonly minStartMs?: number;
  /** Audio held before the first answer starts, until arrivals have been measured. @default 120 */
  readonly initialStartMs?: number;
  /** Most audio held before an answer starts. @default 400 */
  readonly maxStartMs?: number;
  /** Length of fades at cut, pause, resume and gaps, 1 … 50. @default 8 */
  readonly fadeMs?: number;
  /** Time between `position` reports while an answer is open. @default 50 */
  readonly reportEveryMs?: number;
}

const OPTIONS = ['sampleRate', 'module', 'capacityMs', 'minStartMs', 'initialStartMs', 'maxStartMs', 'fadeMs', 'reportEveryMs'];
const REPORT_SLOTS = 32;
// A first or last sample louder than this would click, so the edge is faded.
const CLICK = 0.005;

const BLANK: PlayoutReport = { type: 'position', generation: 0, frame: 0, position: 0, buffered: 0, released: 0, playing: false, underruns: 0, gapFrames: 0, concealed: 0, skipped: 0, dropped: 0, stale: 0, target: 0 };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Plays generations of audio, quantum by quantum. */
export class PlayoutProcessor {
  readonly #store: SampleStore;
  readonly #tail: FadeTail;
  readonly #target: PlayoutTarget;
  readonly #fade: Float32Array;
  readonly #rate: number;
  readonly #reportEvery: number;
  readonly #slots: Mutable<PlayoutReport>[] = [];
  #slotFirst = 0;
  #slotCount = 0;
  #state: 'idle' | 'buffering' | 'playing' = 'idle';
  #paused = false;
  #generation = 0;
  #over = 0;
  #ended = false;
  #started = false;
  #base = 0;
  #frame = 0;
  /** Frames of the present quantum that are done, so that reports made inside it carry their exact frame. */
  #offset = 0;
  #nextReport = 0;
  #fadeIn: number;
  #gain = 1;
  #gainGoal = 1;
  #gainStep = 0;
  #refused = 0;
  #underruns = 0;
  #gapFrames = 0;
  #concealed = 0;
  #skipped = 0;
  #dropped = 0;
  #stale = 0;

  /** Allocates everything it will ever need. Throws `InvalidOptionError` for values out of range. */
  constructor(options: PlayoutOptions) {
    refuseUnknownOptions('PlayoutProcessor', options, OPTIONS);
    const { capacityMs = 30000, minStartMs = 20, initialStartMs = 120, maxStartMs = 400, fadeMs = 8, reportEveryMs = 50 } = options;
    const rate = requireNumber('PlayoutProcessor.sampleRate', options.sampleRate, { min: 3000, max: 768000 });
    this.#rate = rate;
    const frames = (name: string, ms: number, min: number, max: number): number => Math.round((requireNumber(`PlayoutProcessor.${name}`, ms, { min, max }) * rate) / 1000);
    const fade = frames('fadeMs', fadeMs, 1, 50);
    this.#store = new SampleStore(frames('capacityMs', capacityMs, 100, 600000), Math.round(rate * 0.1));
    this.#tail = new FadeTail(Math.round(rate * 0.1) + fade);
    const max = frames('maxStartMs', maxStartMs, 0, capacityMs);
    this.#target = new PlayoutTarget({ min: frames('minStartMs', minStartMs, 0, maxStartMs), initial: frames('initialStartMs', initialStartMs, minStartMs, maxStartMs), max });
    // Raised cosine from 1 down to 0: its slope is gentle at both ends.
    this.#fade = Float32Array.from({ length: fade }, (_, n) => 0.5 + 0.5 * Math.cos((Math.PI * (n + 1)) / (fade + 1)));
    this.#fadeIn = fade;
    this.#reportEvery = frames('reportEveryMs', reportEveryMs, 1, 60000);
    for (let n = 0; n < REPORT_SLOTS; n++) this.#slots.push({ ...BLANK });
  }

  /** Samples that a producer may have under way; see the credits rule of the protocol. */
  get capacity(): number {
    return this.#store.capacity;
  }

  /** True when {@link takeReport} has something to give. */
  get reportDue(): boolean {
    return this.#slotCount > 0;
  }

  /** The oldest report not yet taken, as an object of its own; `undefined` when there is none. */
  takeReport(): PlayoutReport | undefined {
    if (this.#slotCount === 0) return undefined;
    const report = { ...(this.#slots[this.#slotFirst] as PlayoutReport) }; // always inside the slots
    this.#slotFirst = (this.#slotFirst + 1) % REPORT_SLOTS;
    this.#slotCount--;
    return report;
  }

  /** Obeys one command. */
  receive(command: PlayoutCommand): void {
    switch (command.type) {
      case 'open':
        if (this.#isOver(command.generation)) this.#stale++;
        else if (command.generation > this.#generation) this.#open(command.generation);
        return;
      case 'audio':
        this.#take(command.generation, command.samples);
        return;
      case 'end':
        if (command.generation === this.#generation && !this.#isOver(command.generation)) this.#ended = true;
        else this.#stale++;
        return;
      case 'cut':
        this.#cutUpTo(command.generation ?? this.#generation);
        return;
      case 'pause':
        this.#pause(command.generation);
        return;
      case 'resume':
        this.#resume(command.generation);
        return;
      case 'gain':
        this.#gainGoal = Math.min(4, Math.max(0, command.gain));
        this.#gainStep = Math.abs(this.#gainGoal - this.#gain) / Math.max(1, (command.rampMs / 1000) * this.#rate);
        return;
      case 'report':
        this.#report('position');
    }
  }

  /** Renders one quantum over `output`. */
  process(output: Float32Array): void {
    const length = output.length;
    let done = 0;
    if (!this.#paused) {
      if (this.#state === 'buffering') this.#maybeStart();
      if (this.#state === 'playing') done = this.#play(output);
    }
    output.fill(0, done);
    if (this.#state === 'buffering' && this.#started && !this.#paused) this.#gapFrames += length - done;
    this.#tail.mix(output, 0);
    this.#frame += length;
    this.#offset = 0;
    if (this.#state !== 'idle' && this.#frame >= this.#nextReport) this.#report('position');
  }

  #isOver(generation: number): boolean {
    return generation <= this.#over;
  }

  #open(generation: number): void {
    if (this.#state !== 'idle') this.#cutUpTo(this.#generation);
    this.#over = Math.max(this.#over, this.#generation);
    this.#generation = generation;
    this.#state = 'buffering';
    this.#ended = false;
    this.#started = false;
    this.#paused = false;
    this.#base = this.#store.head;
    this.#target.begin();
    this.#nextReport = this.#frame + this.#reportEvery;
  }

  #take(generation: number, samples: Float32Array): void {
    if (generation > this.#generation) this.#open(generation);
    if (this.#isOver(generation) || generation !== this.#generation || this.#ended) {
      this.#stale++;
      this.#refused += samples.length;
      return;
    }
    this.#target.arrived(this.#frame, samples.length);
    const taken = this.#store.write(samples);
    this.#refused += samples.length - taken;
    this.#dropped += samples.length - taken;
  }

  #cutUpTo(generation: number): void {
    if (generation > this.#over) this.#over = generation;
    if (this.#state === 'idle' || this.#generation > generation) return;
    if (this.#state === 'playing' && !this.#paused) this.#fadeOut();
    const position = this.#position();
    this.#dropped += this.#store.drop();
    this.#finish('cut', position);
  }

  #pause(generation: number | undefined): void {
    if (this.#paused || this.#state === 'idle' || (generation !== undefined && generation !== this.#generation)) return;
    if (this.#state === 'playing') this.#fadeOut();
    this.#paused = true;
    this.#report('paused');
  }

  #resume(generation: number | undefined): void {
    if (!this.#paused || (generation !== undefined && generation !== this.#generation)) return;
    this.#paused = false;
    this.#fadeIn = 0;
    this.#report('resumed');
  }

  #maybeStart(): void {
    const held = this.#store.held;
    if (held === 0 && this.#ended) {
      this.#finish('ended', this.#position());
      return;
    }
    if (held === 0 || (held < this.#target.samples && !this.#ended)) return;
    this.#state = 'playing';
    // After a gap the sound must come back softly; at the beginning only if it would click.
    if (this.#started || Math.abs(this.#store.at(this.#store.head)) > CLICK) this.#fadeIn = 0;
    this.#report(this.#started ? 'recovered' : 'started');
    this.#started = true;
  }

  /** Renders what is held; returns how many samples of the quantum are done. */
  #play(output: Float32Array): number {
    const store = this.#store;
    const count = Math.min(output.length, store.held);
    for (let n = 0; n < count; n++) output[n] = store.at(store.head + n) * this.#nextGain();
    store.head += count;
    this.#offset = count;
    if (count < output.length) this.#runDry(count);
    return count;
  }

  #nextGain(): number {
    if (this.#gain !== this.#gainGoal) {
      const miss = this.#gainGoal - this.#gain;
      this.#gain = Math.abs(miss) <= this.#gainStep ? this.#gainGoal : this.#gain + Math.sign(miss) * this.#gainStep;
    }
    if (this.#fadeIn >= this.#fade.length) return this.#gain;
    return this.#gain * (1 - (this.#fade[this.#fadeIn++] as number)); // fadeIn < length
  }

  /** Nothing is held any more: the end, or a gap. */
  #runDry(offset: number): void {
    this.#reflect(offset);
    if (this.#ended) {
      this.#finish('ended', this.#position());
      return;
    }
    this.#state = 'buffering';
    this.#underruns++;
    this.#report('underrun');
  }

  /** Renders the next samples into the tail under a falling gain, without taking them. */
  #fadeOut(): void {
    const { head, held } = this.#store;
    const gain = this.#edgeGain();
    const count = Math.min(held, this.#fade.length);
    for (let n = 0; n < count; n++) {
      // With less than a fade at hand the curve is run through faster.
      const index = Math.floor(((n + 1) * this.#fade.length) / (count + 1));
      this.#tail.add(n, this.#store.at(head + n) * gain * (this.#fade[index] as number)); // index < length
    }
  }

  /** Continues the last samples by their point reflection, fading: value and slope stay continuous. */
  #reflect(offset: number): void {
    const { head } = this.#store;
    const last = this.#store.at(head - 1);
    if (head === this.#base || Math.abs(last) <= CLICK) return;
    const gain = this.#edgeGain();
    for (let n = 0; n < this.#fade.length; n++) {
      this.#tail.add(offset + n, (2 * last - this.#store.at(head - 2 - n)) * gain * (this.#fade[n] as number)); // n < length
    }
  }

  #edgeGain(): number {
    return this.#fadeIn >= this.#fade.length ? this.#gain : this.#gain * (1 - (this.#fade[this.#fadeIn] as number)); // fadeIn < length
  }

  #finish(type: PlayoutReportType, position: number): void {
    this.#over = Math.max(this.#over, this.#generation);
    this.#state = 'idle';
    this.#paused = false;
    this.#fadeIn = this.#fade.length;
    this.#report(type, position);
  }

  #position(): number {
    return this.#store.head - this.#base;
  }

  #report(type: PlayoutReportType, position: number = this.#position()): void {
    this.#nextReport = this.#frame + this.#reportEvery;
    // A reader that never takes loses the oldest; the newest state is the one that matters.
    if (this.#slotCount === REPORT_SLOTS) {
      this.#slotFirst = (this.#slotFirst + 1) % REPORT_SLOTS;
      this.#slotCount--;
    }
    const slot = this.#slots[(this.#slotFirst + this.#slotCount++) % REPORT_SLOTS] as Mutable<PlayoutReport>; // inside the slots
    slot.type = type;
    slot.position = position;
    slot.generation = this.#generation;
    slot.frame = this.#frame + this.#offset;
    slot.buffered = this.#store.held;
    slot.released = this.#store.head + this.#refused;
    slot.playing = this.#state === 'playing' && !this.#paused;
    slot.underruns = this.#underruns;
    slot.gapFrames = this.#gapFrames;
    slot.concealed = this.#concealed;
    slot.skipped = this.#skipped;
    slot.dropped = this.#dropped;
    slot.stale = this.#stale;
    slot.target = this.#target.samples;
  }
}
