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
import { refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';
import { PlayoutEdges } from './playout-edges.js';
import type { PlayoutCommand, PlayoutReport, PlayoutReportType } from './playout-message.js';
import { blankState, PlayoutReports } from './playout-reports.js';
import { PlayoutTarget } from './playout-target.js';
import { SampleStore } from './sample-store.js';
import { Splicer } from './splicer.js';

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
  /** Audio held before the first answer starts, until arrivals have been measured. @default 140 */
  readonly initialStartMs?: number;
  /** Most audio held before an answer starts. @default 400 */
  readonly maxStartMs?: number;
  /** Length of fades at cut, pause, resume and gaps, 1 … 50. @default 8 */
  readonly fadeMs?: number;
  /** With `module`: plays down to 25 % slower while less than this is held and more must come from a source that is not well ahead of real time. @default 160 */
  readonly slowBelowMs?: number;
  /** With `module`: the source speaks in real time, so that audio held beyond the target is delay; it is worked off by playing up to 25 % faster. @default false */
  readonly live?: boolean;
  /** Time between `position` reports while an answer is open. @default 50 */
  readonly reportEveryMs?: number;
}

const OPTIONS = ['sampleRate', 'module', 'capacityMs', 'minStartMs', 'initialStartMs', 'maxStartMs', 'fadeMs', 'slowBelowMs', 'live', 'reportEveryMs'];
const STRETCH = 0.25;
// Samples kept behind the head for splices and concealment.
const HISTORY_MS = 100;

/** Plays generations of audio, quantum by quantum. */
export class PlayoutProcessor {
  readonly #rate: number;
  readonly #store: SampleStore;
  readonly #splicer: Splicer | undefined;
  readonly #edges: PlayoutEdges;
  readonly #target: PlayoutTarget;
  readonly #reports = new PlayoutReports();
  readonly #low: number;
  readonly #live: boolean;
  readonly #reportEvery: number;
  // Counters live in the report that is being filled in.
  readonly #now = blankState();
  #state: 'idle' | 'buffering' | 'playing' = 'idle';
  #paused = false;
  #generation = 0;
  #over = 0;
  #ended = false;
  #started = false;
  #base = 0;
  #frame = 0;
  // Samples of the present quantum that are done, so that reports made inside it carry their exact frame.
  #offset = 0;
  #nextReport = 0;
  #gain = 1;
  #gainGoal = 1;
  #gainStep = 0;
  #refused = 0;

  /** Allocates everything it will ever need. Throws `InvalidOptionError` for values out of range. */
  constructor(options: PlayoutOptions) {
    refuseUnknownOptions('PlayoutProcessor', options, OPTIONS);
    const { module, capacityMs = 30000, minStartMs = 20, initialStartMs = 140, maxStartMs = 400, fadeMs = 8, slowBelowMs = 160, live = false, reportEveryMs = 50 } = options;
    const rate = requireNumber('PlayoutProcessor.sampleRate', options.sampleRate, { min: 3000, max: 768000 });
    const samples = (name: string, ms: number, min: number, max: number): number => Math.round((requireNumber(`PlayoutProcessor.${name}`, ms, { min, max }) * rate) / 1000);
    this.#rate = rate;
    this.#splicer = module === undefined ? undefined : new Splicer(rate, module);
    this.#edges = new PlayoutEdges(rate, samples('fadeMs', fadeMs, 1, 50), module);
    this.#store = new SampleStore(samples('capacityMs', capacityMs, 100, 600000), Math.round((rate * HISTORY_MS) / 1000));
    const max = samples('maxStartMs', maxStartMs, 0, capacityMs);
    const min = samples('minStartMs', minStartMs, 0, maxStartMs);
    this.#low = samples('slowBelowMs', slowBelowMs, 0, 1000);
    this.#target = new PlayoutTarget({ min, initial: samples('initialStartMs', initialStartMs, minStartMs, maxStartMs), max, enough: 2 * this.#low });
    this.#live = requireBoolean('PlayoutProcessor.live', live);
    this.#reportEvery = samples('reportEveryMs', reportEveryMs, 1, 60000);
  }

  /** Samples that a producer may have under way; see the credits rule of the protocol. */
  get capacity(): number {
    return this.#store.capacity;
  }

  /** Place in the answer: samples of it that were rendered or left out by time-stretching. */
  get position(): number {
    return Math.max(0, this.#store.released - this.#base);
  }

  /** Whether audio of the answer is being rendered. */
  get playing(): boolean {
    return this.#state === 'playing' && !this.#paused;
  }

  /** True when {@link takeReport} has something to give. */
  get reportDue(): boolean {
    return this.#reports.count > 0;
  }

  /** The oldest report not yet taken, as an object of its own; `undefined` when there is none. */
  takeReport(): PlayoutReport | undefined {
    return this.#reports.take();
  }

  /** Obeys one command. */
  receive(command: PlayoutCommand): void {
    switch (command.type) {
      case 'open':
        if (this.#isOver(command.generation)) this.#now.stale++;
        else if (command.generation > this.#generation) this.#open(command.generation);
        return;
      case 'audio':
        this.#take(command.generation, command.samples);
        return;
      case 'end':
        if (command.generation === this.#generation && !this.#isOver(command.generation)) this.#ended = true;
        else this.#now.stale++;
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
    if (this.#state === 'buffering' && this.#started && !this.#paused) {
      this.#now.gapFrames += length - done;
      this.#now.concealed += Math.max(0, Math.min(this.#edges.concealing, length) - done);
    }
    this.#edges.mix(output);
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
    this.#base = this.#store.end;
    this.#splicer?.reset();
    this.#target.begin();
    this.#nextReport = this.#frame + this.#reportEvery;
  }

  #take(generation: number, samples: Float32Array): void {
    if (generation > this.#generation) this.#open(generation);
    if (this.#isOver(generation) || generation !== this.#generation || this.#ended) {
      this.#now.stale++;
      this.#refused += samples.length;
      return;
    }
    this.#target.arrived(this.#frame, samples.length, this.#store.held);
    const taken = this.#store.write(samples);
    this.#refused += samples.length - taken;
    this.#now.dropped += samples.length - taken;
  }

  #cutUpTo(generation: number): void {
    if (generation > this.#over) this.#over = generation;
    if (this.#state === 'idle' || this.#generation > generation) return;
    if (this.#state === 'playing' && !this.#paused) this.#edges.fadeOut(this.#store, this.#gain);
    const position = this.position;
    this.#now.dropped += this.#store.drop();
    this.#finish('cut', position);
  }

  #pause(generation: number | undefined): void {
    if (this.#paused || this.#state === 'idle' || (generation !== undefined && generation !== this.#generation)) return;
    if (this.#state === 'playing') this.#edges.fadeOut(this.#store, this.#gain);
    this.#paused = true;
    this.#report('paused');
  }

  #resume(generation: number | undefined): void {
    if (!this.#paused || (generation !== undefined && generation !== this.#generation)) return;
    this.#paused = false;
    this.#edges.begin(1, this.#started);
    this.#report('resumed');
  }

  #maybeStart(): void {
    const held = this.#store.held;
    if (held === 0 && this.#ended) {
      this.#finish('ended', this.position);
      return;
    }
    if (held === 0 || (held < this.#target.samples && !this.#ended)) return;
    this.#state = 'playing';
    // After a gap the sound comes back softly; at the beginning only if it would click.
    this.#edges.begin(this.#store.at(this.#store.head), this.#started);
    this.#report(this.#started ? 'recovered' : 'started');
    this.#started = true;
  }

  /** Renders what is held; returns how many samples of the quantum are done. */
  #play(output: Float32Array): number {
    const store = this.#store;
    const wanted = output.length;
    let count: number;
    if (this.#splicer === undefined) {
      count = Math.min(wanted, store.held);
      store.copy(store.head, output, 0, count);
      store.advance(count);
    } else {
      this.#splicer.speed = this.#tempo();
      count = this.#splicer.read(store, output, 0, wanted);
    }
    if (this.#gain !== 1 || this.#gain !== this.#gainGoal || this.#edges.fadingIn) {
      for (let n = 0; n < count; n++) output[n] = (output[n] as number) * this.#nextGain(); // n < length
    }
    this.#offset = count;
    if (count < wanted) this.#runDry(count);
    return count;
  }

  /** Slower when little is held of what a source sends no faster than it plays, faster when more is held than wanted and delay matters. */
  #tempo(): number {
    if (this.#ended) return 1;
    const held = this.#store.held;
    if (held < this.#low && !this.#target.ahead) return 1 - STRETCH * (1 - held / this.#low);
    const excess = held - this.#target.samples - this.#low;
    return this.#live && excess > 0 ? 1 + STRETCH * Math.min(1, excess / this.#low) : 1;
  }

  #nextGain(): number {
    if (this.#gain !== this.#gainGoal) {
      const miss = this.#gainGoal - this.#gain;
      this.#gain = Math.abs(miss) <= this.#gainStep ? this.#gainGoal : this.#gain + Math.sign(miss) * this.#gainStep;
    }
    return this.#gain * this.#edges.nextGain();
  }

  /** Nothing is held any more: the end, or a gap. */
  #runDry(offset: number): void {
    if (this.#ended) {
      this.#edges.endAt(offset, this.#store, this.#base, this.#gain);
      this.#finish('ended', this.position);
      return;
    }
    this.#edges.hideGap(offset, this.#store, this.#base, this.#gain);
    this.#state = 'buffering';
    this.#target.forgetPace();
    this.#now.underruns++;
    this.#report('underrun');
  }

  #finish(type: PlayoutReportType, position: number): void {
    this.#over = Math.max(this.#over, this.#generation);
    this.#state = 'idle';
    this.#paused = false;
    this.#edges.skipFadeIn();
    this.#report(type, position);
  }

  #report(type: PlayoutReportType, position: number = this.position): void {
    this.#nextReport = this.#frame + this.#reportEvery;
    const now = this.#now;
    now.type = type;
    now.position = position;
    now.generation = this.#generation;
    now.frame = this.#frame + this.#offset;
    now.buffered = this.#store.held;
    now.released = this.#store.released + this.#refused;
    now.playing = this.playing;
    now.skipped = this.#splicer?.skipped ?? 0;
    now.repeated = this.#splicer?.repeated ?? 0;
    now.target = this.#target.samples;
    this.#reports.push(now);
  }
}
