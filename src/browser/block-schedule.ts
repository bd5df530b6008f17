/**
 * Blocks of an answer on the time line of a context, one buffer after the other without a gap. What is
 * scheduled can be silenced: it fades and stops, and what was not played of it is handed back.
 *
 * A buffer whose start lies in the past begins late and runs into the next one, so sound that follows
 * silence is scheduled some way ahead.
 */

/** Sound from `from` to `to` of the answer. */
export interface Block {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly from: number;
  readonly to: number;
}

interface Scheduled extends Block {
  readonly startFrame: number;
  readonly source: AudioBufferSourceNode;
}

/** Frames of the device's grid. */
export const QUANTUM = 128;
const FADE_S = 0.008;
// The clock stands still during a task: a start must outlast the task that sets it and the callbacks
// of the device that are under way.
const TASK_S = 0.03;
const CALLBACKS = 2;

/** Buffers on their way to one node. */
export class BlockSchedule {
  /** Where the sound comes out. */
  readonly node: GainNode;
  /** Frame at which the next block begins. */
  nextFrame = 0;
  readonly #context: AudioContext;
  #scheduled: readonly Scheduled[] = [];
  // No sound before this frame: the fade of what was silenced ends there.
  #quietUntil = 0;

  constructor(context: AudioContext) {
    this.#context = context;
    this.node = context.createGain();
  }

  /** Frame of the clock now. */
  get nowFrame(): number {
    return Math.round(this.#context.currentTime * this.#context.sampleRate);
  }

  /** Whether no block is scheduled that was not played when `forget` was last called. */
  get empty(): boolean {
    return this.#scheduled.length === 0;
  }

  /** Whole quanta of at least `seconds`, so that blocks lie on the grid that the device is rendered in. */
  frames(seconds: number): number {
    return Math.ceil((seconds * this.#context.sampleRate) / QUANTUM) * QUANTUM;
  }

  /** The first frame after `now` at which a buffer that is scheduled now is sure to begin in time, behind any fade. */
  safeFrame(now: number): number {
    return Math.max(now + this.frames(TASK_S + CALLBACKS * (this.#context.baseLatency ?? 0)), this.#quietUntil);
  }

  /** Schedules a block at {@link nextFrame} and moves that behind it. */
  add(block: Block): void {
    const { sampleRate } = this.#context;
    const buffer = this.#context.createBuffer(1, block.samples.length, sampleRate);
    buffer.copyToChannel(block.samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.node);
    source.start(this.nextFrame / sampleRate);
    this.#scheduled = [...this.#scheduled, { ...block, startFrame: this.nextFrame, source }];
    this.nextFrame += block.samples.length;
  }

  /** Drops what was played before `now`. */
  forget(now: number): void {
    this.#scheduled = this.#scheduled.filter(({ startFrame, samples }) => startFrame + samples.length > now);
  }

  /** Fades and stops everything; returns what was not played of it, in order. */
  silence(now: number): Block[] {
    const { currentTime, sampleRate } = this.#context;
    const end = currentTime + FADE_S;
    this.#quietUntil = now + this.frames(FADE_S) + QUANTUM;
    this.node.gain.setValueAtTime(1, currentTime);
    this.node.gain.linearRampToValueAtTime(0, end);
    this.node.gain.setValueAtTime(1, this.#quietUntil / sampleRate);
    const rest: Block[] = [];
    for (const { source, startFrame, ...block } of this.#scheduled) {
      source.stop(end);
      const played = Math.max(0, now - startFrame);
      if (played < block.samples.length) rest.push(played === 0 ? block : { samples: block.samples.slice(played), from: placeIn(block, played), to: block.to });
    }
    this.#scheduled = [];
    return rest;
  }

  /** Place in the answer at `frame`; `undefined` behind the last block. */
  placeAt(frame: number): number | undefined {
    const next = this.#scheduled.find(({ startFrame, samples }) => startFrame + samples.length > frame);
    return next === undefined ? undefined : placeIn(next, Math.max(0, frame - next.startFrame));
  }

  /** Stops everything for good. */
  close(): void {
    for (const { source } of this.#scheduled) source.stop();
    this.#scheduled = [];
    this.node.disconnect();
  }
}

/** Place in the answer after `played` samples of a block: time-stretching makes the two differ. */
function placeIn({ samples, from, to }: Block, played: number): number {
  return Math.round(from + ((to - from) * played) / samples.length);
}
