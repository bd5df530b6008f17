/**
 * The user's side: utterances are placed as they come and held until it is known what became of their turn, because
 * what a guard refused must not be kept. What is not decided in time is silenced.
 */
import type { AudioChunk } from '../audio/chunk.js';
import type { StreamElement } from '../stream/element.js';
import type { SpeechStartMetadata } from '../voice/voice-input.js';
import type { TranscriptWord } from './transcript.js';
import { RateStream } from './rate-stream.js';
import type { Timeline } from './timeline.js';

/** One utterance. */
export interface Utterance {
  /** Frames of the recording. */
  readonly start: number;
  end: number;
  readonly startMs: number;
  readonly rates: RateStream;
  open: boolean;
  turnId: string | undefined;
  words: readonly TranscriptWord[];
}

/** What becomes of the sound of a turn: kept, silenced, or silenced in spans of milliseconds from the start of its first utterance. */
export type RedactionChoice = 'keep' | 'mute' | readonly { readonly startMs: number; readonly endMs: number }[];

/** The utterances that wait for a decision, and the one that is being spoken. */
export class Utterances {
  readonly #timeline: Timeline;
  #waiting: Utterance[] = [];
  #current: Utterance | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The first frame that is not decided, if any. */
  get firstUndecided(): number | undefined {
    const [oldest] = this.#waiting;
    return oldest?.start;
  }

  /** Takes an element of the microphone at the moment `nowMs`. */
  take(item: StreamElement, nowMs: number): void {
    if (item.type === 'speechStart') {
      this.#close();
      const { onsetMs = nowMs, audioStartMs = onsetMs } = (item.metadata ?? {}) as Partial<SpeechStartMetadata>;
      const start = this.#timeline.frameAt(audioStartMs);
      this.#current = { start, end: start, startMs: audioStartMs, rates: new RateStream(this.#timeline.sampleRate), open: true, turnId: undefined, words: [] };
      this.#waiting.push(this.#current);
    } else if (item.type === 'audio') this.#add(item.audio);
    else if (item.type === 'speechEnd') {
      const utterance = this.#close();
      // What was no speech makes no turn; there is nothing to guard.
      if (utterance !== undefined && item.metadata?.['misfire'] === true) this.#settle([utterance], 'keep');
    }
  }

  /** A turn has begun: it is made of everything that was said and has no turn yet. */
  assign(turnId: string): void {
    for (const utterance of this.#waiting) utterance.turnId ??= turnId;
  }

  /** Utterances of a turn, in order. */
  of(turnId: string): readonly Utterance[] {
    return this.#waiting.filter((utterance) => utterance.turnId === turnId);
  }

  /** Decides about a turn. */
  decide(turnId: string, choice: RedactionChoice): void {
    this.#settle(this.of(turnId), choice);
  }

  /** Sounds that were nothing (a sign of listening, say) are kept. */
  release(): void {
    this.#settle(this.#waiting.filter(({ turnId, open }) => turnId === undefined && !open), 'keep');
  }

  /** Silences what has waited since before frame `limit`. */
  expire(limit: number): void {
    this.#settle(this.#waiting.filter(({ start }) => start < limit), 'mute');
  }

  /** The recording ends: what is undecided is silenced. */
  end(): void {
    this.#close();
    this.#settle(this.#waiting, 'mute');
  }

  #add(chunk: AudioChunk): void {
    const utterance = this.#current;
    if (utterance === undefined) return;
    this.#place(utterance, utterance.rates.push(chunk));
  }

  #place(utterance: Utterance, samples: Float32Array): void {
    // What comes after the decision to silence an utterance that went on for too long is silent too.
    if (this.#waiting.includes(utterance)) this.#timeline.place('user', utterance.end, samples);
    utterance.end += samples.length;
  }

  #close(): Utterance | undefined {
    const utterance = this.#current;
    if (utterance === undefined) return undefined;
    this.#current = undefined;
    this.#place(utterance, utterance.rates.flush());
    utterance.open = false;
    return utterance;
  }

  #settle(utterances: readonly Utterance[], choice: RedactionChoice): void {
    const [first] = utterances;
    if (first === undefined) return;
    const { sampleRate } = this.#timeline;
    if (choice === 'mute') for (const { start, end } of utterances) this.#timeline.mute('user', start, end);
    else if (choice !== 'keep') for (const { startMs, endMs } of choice) this.#timeline.mute('user', first.start + Math.floor((startMs / 1000) * sampleRate), first.start + Math.ceil((endMs / 1000) * sampleRate));
    this.#waiting = this.#waiting.filter((one) => !utterances.includes(one));
  }
}
