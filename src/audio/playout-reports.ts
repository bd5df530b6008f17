/** Reports of playout waiting to be posted: fixed slots, so that the audio thread fills them without allocating. */
import type { PlayoutReport } from './playout-message.js';

/** A report that is being filled in. */
export type PlayoutState = { -readonly [K in keyof PlayoutReport]: PlayoutReport[K] };

const SLOTS = 32;

/** A state in which nothing has happened. */
export function blankState(): PlayoutState {
  return { type: 'position', generation: 0, frame: 0, position: 0, buffered: 0, released: 0, playing: false, underruns: 0, gapFrames: 0, concealed: 0, skipped: 0, repeated: 0, dropped: 0, stale: 0, target: 0 };
}

/** FIFO of reports. A reader that never takes loses the oldest: the newest state is the one that matters. */
export class PlayoutReports {
  readonly #slots: readonly PlayoutState[] = Array.from({ length: SLOTS }, blankState);
  #first = 0;
  #count = 0;

  /** Reports waiting. */
  get count(): number {
    return this.#count;
  }

  /** Keeps a copy of `state`. */
  push(state: PlayoutState): void {
    if (this.#count === SLOTS) this.#drop();
    const slot = this.#slots[(this.#first + this.#count++) % SLOTS] as PlayoutState; // inside the slots
    slot.type = state.type;
    slot.generation = state.generation;
    slot.frame = state.frame;
    slot.position = state.position;
    slot.buffered = state.buffered;
    slot.released = state.released;
    slot.playing = state.playing;
    slot.underruns = state.underruns;
    slot.gapFrames = state.gapFrames;
    slot.concealed = state.concealed;
    slot.skipped = state.skipped;
    slot.repeated = state.repeated;
    slot.dropped = state.dropped;
    slot.stale = state.stale;
    slot.target = state.target;
  }

  /** The oldest report as an object of its own; `undefined` when there is none. */
  take(): PlayoutReport | undefined {
    if (this.#count === 0) return undefined;
    const report = { ...(this.#slots[this.#first] as PlayoutState) }; // inside the slots
    this.#drop();
    return report;
  }

  #drop(): void {
    this.#first = (this.#first + 1) % SLOTS;
    this.#count--;
  }
}
