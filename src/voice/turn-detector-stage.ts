/**
 * The first stage of a session: tells turn taking what the microphone hears, in order, and passes turns
 * on. Turns of speech are written by turn taking when they are due, typed ones pass through.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import { turnElement, turnOf, type Turn } from './turn.js';
import type { SpeechEndMetadata, SpeechStartMetadata } from './voice-input.js';

/** Told what the microphone hears. */
export interface SpeechListener {
  /** The first confident frames. */
  onOnset(start: SpeechStartMetadata): void;
  /** A piece of what is said; the first ones lie before the onset. */
  onAudio(chunk: AudioChunk): void;
  /** Long enough to be meant. */
  onSpeech(): void;
  /** The stretch of speech has ended; with `misfire` it was none. */
  onSpeechEnd(end: SpeechEndMetadata): void;
}

/** What {@link TurnDetectorStage} settles with. */
export interface TurnDetectorData {
  readonly turns: number;
}

/** What the microphone hears, to turns. */
export class TurnDetectorStage implements Stage<TurnDetectorData> {
  readonly name = 'turn_detector';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #listener: SpeechListener;
  #write: ((turn: Turn) => void) | undefined;
  #turns = 0;

  constructor(listener: SpeechListener) {
    this.#listener = listener;
  }

  /** Passes a turn on; ignored when the session has ended. */
  onTurn(turn: Turn): void {
    this.#turns++;
    this.#write?.(turn);
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<TurnDetectorData>> => {
    this.#write = (turn) => void ctx.output.write(turnElement(turn));
    for (let item: StreamElement | undefined = await ctx.input.read(); item !== undefined; item = ctx.input.tryRead() ?? (await ctx.input.read())) {
      const typed = turnOf(item);
      if (typed !== undefined) this.onTurn(typed);
      else if (item.type === 'speechStart') this.#listener.onOnset(metadataOf<SpeechStartMetadata>(item));
      else if (item.type === 'audio') this.#listener.onAudio(item.audio);
      else if (item.type === 'interrupt') this.#listener.onSpeech();
      else if (item.type === 'speechEnd') this.#listener.onSpeechEnd(metadataOf<SpeechEndMetadata>(item));
    }
    this.#write = undefined;
    return StageOutput.ok({ turns: this.#turns });
  };
}

// The contract of `VoiceInput` says which metadata speech marks carry.
function metadataOf<M>(item: StreamElement): M {
  return (item.metadata ?? {}) as M;
}
