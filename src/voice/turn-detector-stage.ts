/**
 * Gathers what the microphone sends into turns: elements of one utterance in, one `Turn` out. Turns
 * that were typed pass through. It also tells the session at once when somebody begins to speak, is
 * sure to speak, or did not speak after all, because an interruption must not wait for a turn.
 */
import { AudioChunk } from '../audio/chunk.js';
import type { IdSource } from '../base/id.js';
import type { StageContext } from '../stage/context.js';
import { StageKind, StageType } from '../stage/kind.js';
import { StageOutput } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import type { StreamElement } from '../stream/element.js';
import { turnElement, turnOf, type Turn } from './turn.js';
import type { SpeechEndMetadata, SpeechStartMetadata } from './voice-input.js';

/** What the session does while the user speaks. */
export interface SpeechListener {
  /** The first confident frames. */
  onOnset(start: SpeechStartMetadata): void;
  /** Long enough to be meant. */
  onSpeech(): void;
  /** The utterance has ended; with `misfire` it was none. */
  onSpeechEnd(end: SpeechEndMetadata): void;
}

/** What {@link TurnDetectorStage} settles with. */
export interface TurnDetectorData {
  readonly turns: number;
}

/** Utterances to turns. */
export class TurnDetectorStage implements Stage<TurnDetectorData> {
  readonly name = 'turn_detector';
  readonly kind: StageKind = StageKind.TRANSFORM;
  readonly type: StageType = StageType.ACCUMULATE;
  readonly #listener: SpeechListener;
  readonly #newId: IdSource;

  constructor(listener: SpeechListener, newId: IdSource) {
    this.#listener = listener;
    this.#newId = newId;
  }

  readonly execute = async (ctx: StageContext): Promise<StageOutput<TurnDetectorData>> => {
    let chunks: AudioChunk[] = [];
    let turns = 0;
    for (let item: StreamElement | undefined = await ctx.input.read(); item !== undefined; item = await ctx.input.read()) {
      const typed = turnOf(item);
      if (typed !== undefined) {
        turns++;
        await ctx.output.write(item);
      } else if (item.type === 'speechStart') {
        chunks = [];
        this.#listener.onOnset(metadataOf<SpeechStartMetadata>(item));
      } else if (item.type === 'audio') {
        chunks.push(item.audio);
      } else if (item.type === 'interrupt') {
        this.#listener.onSpeech();
      } else if (item.type === 'speechEnd') {
        const end = metadataOf<SpeechEndMetadata>(item);
        const speech = { ...end, misfire: end.misfire || chunks.length === 0 };
        this.#listener.onSpeechEnd(speech);
        if (!speech.misfire) {
          turns++;
          const turn: Turn = { id: this.#newId(), source: 'voice', audio: joinChunks(chunks), speech, requestedMs: ctx.clock.now() };
          await ctx.output.write(turnElement(turn));
        }
        chunks = [];
      }
    }
    return StageOutput.ok({ turns });
  };
}

// The contract of `VoiceInput` says which metadata speech marks carry.
function metadataOf<M>(item: StreamElement): M {
  return (item.metadata ?? {}) as M;
}

/** One chunk from several of the same format, in order. */
export function joinChunks(chunks: readonly AudioChunk[]): AudioChunk {
  const first = chunks[0] as AudioChunk; // callers pass at least one
  if (chunks.length === 1) return first;
  const data = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.data.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    data.set(chunk.data, at);
    at += chunk.data.byteLength;
  }
  return first.with({ data, isFinal: true });
}
