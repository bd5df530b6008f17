/** Something a stage made for the application's surface: a card, a chart, a file. */
import { systemClock, type Clock } from '../base/clock.js';
import { frozenCopy, type Data } from '../base/data.js';
import { requireName } from '../base/option.js';
import { fromWire, optionalMoment, toWire } from './wire.js';

/** Fields of a {@link StageArtifact}. */
export interface StageArtifactInit {
  /** The application's name of the kind. */
  readonly type: string;
  /** Frozen copy of plain data. @default null */
  readonly payload?: unknown;
  /** @default now */
  readonly timestamp?: Date | null | undefined;
}

/** A frozen artifact. */
export class StageArtifact {
  readonly type: string;
  readonly payload: unknown;
  readonly #timestampMs: number;

  /** Throws `InvalidOptionError` for an empty type. `clock` stamps where no timestamp is given. */
  constructor(init: StageArtifactInit, clock: Clock = systemClock) {
    this.type = requireName('StageArtifact.type', init.type);
    this.payload = frozenCopy(init.payload ?? null);
    this.#timestampMs = optionalMoment('StageArtifact.timestamp', init.timestamp) ?? clock.epochMs();
    Object.freeze(this);
  }

  /** When it was made; a new Date at each reading. */
  get timestamp(): Date {
    return new Date(this.#timestampMs);
  }

  /** Wire form. */
  toDict(): Data {
    return { type: this.type, payload: toWire(this.payload), timestamp: this.timestamp.toISOString() };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form. */
  static fromDict(dict: Readonly<Data>): StageArtifact {
    return new StageArtifact({ type: dict['type'] as string, payload: fromWire(dict['payload']), timestamp: dict['timestamp'] as Date | null }); // the constructor checks both
  }
}
