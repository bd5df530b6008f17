/**
 * A voice whose audio is a label: every sample of a synthesis has the number of that synthesis as its
 * value, so that a single stray sample can be traced back to the answer it was made for.
 */
import { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import { seededRandom, type RandomSource } from '../base/random.js';
import type { TTSCapabilities, TTSEvent, TTSOptions, TTSProvider } from '../providers/tts.js';
import type { CallLog } from './call-log.js';
import type { RecordedCall, SimulatedTTSSettings } from './scenario.js';
import { planUtterance } from './simulated-room.js';
import type { SimulatedProviderOptions } from './simulated-stt.js';
import { faultOf, playTake, spoilt, type CallOutcome, type Take, type TimedItem } from './take.js';

const RATE = 16000;

/** One synthesis. */
export interface Synthesis {
  /** From 1; the value of its samples. */
  readonly number: number;
  readonly text: string;
  /** ScenarioMoment it was asked for, on the simulation's clock. */
  readonly atMs: number;
  readonly signal: AbortSignal | undefined;
  /** ScenarioMoment each word of it ends, in milliseconds from its first sample. */
  readonly wordEndsMs: readonly number[];
}

/** A voice without sound. */
export class SimulatedTTS implements TTSProvider {
  readonly id = 'simulated-tts';
  readonly sampleRate: number = RATE;
  readonly capabilities: TTSCapabilities;
  readonly #settings: SimulatedTTSSettings;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #calls: CallLog | undefined;
  readonly #syntheses: Synthesis[] = [];

  constructor(settings: SimulatedTTSSettings, options: SimulatedProviderOptions) {
    this.#settings = settings;
    this.#clock = options.clock;
    this.#random = seededRandom(options.seed ?? 1);
    this.#calls = options.calls;
    this.capabilities = Object.freeze({ streamingInput: false, words: settings.words ?? true, pcm: true, local: true });
  }

  /** All syntheses so far. */
  get syntheses(): readonly Synthesis[] {
    return this.#syntheses;
  }

  /** @inheritdoc */
  async synthesize(text: string, options: TTSOptions = {}): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const event of this.stream(text, options)) if (event.type === 'audio') parts.push(event.chunk.data);
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return bytes;
  }

  /** @inheritdoc */
  async *stream(text: string | AsyncIterable<string>, options: TTSOptions = {}): AsyncGenerator<TTSEvent, void, undefined> {
    let whole = '';
    for await (const piece of typeof text === 'string' ? [text] : text) whole += piece;
    const take = this.#take(whole, options.signal);
    const call = this.#calls?.begin('tts');
    let outcome: CallOutcome = 'aborted';
    try {
      for await (const event of playTake(take, this.#clock, 'voice', options.signal)) {
        call?.item();
        yield event;
      }
      outcome = 'finish';
    } catch (error) {
      outcome = options.signal?.aborted === true ? 'aborted' : 'error';
      throw error;
    } finally {
      call?.end(outcome);
    }
  }

  #take(text: string, signal: AbortSignal | undefined): Take<TTSEvent> {
    const { wordsPerMinute = 170, faults = [] } = this.#settings;
    const number = this.#syntheses.length + 1;
    const recorded = this.#settings.calls?.[number - 1];
    const { words, durationMs } = planUtterance(text, wordsPerMinute);
    const wordEndsMs = recorded === undefined ? words.map(({ endMs }) => endMs) : recorded.items.flatMap((item) => ('word' in item ? [item.word.endMs] : []));
    this.#syntheses.push({ number, text, atMs: this.#clock.now(), signal, wordEndsMs });
    if (recorded !== undefined) return fromRecording(recorded, number);
    const items = [...this.#audio(number, durationMs), ...((this.#settings.words ?? true) ? wordItems(text, words) : [])];
    const lastMs = items.reduce((last, { afterMs }) => Math.max(last, afterMs), this.#settings.firstFrameMs ?? 120);
    // A word comes with the audio in which it ends; the sort is stable, so a chunk stands before its words.
    const timed = items.map(({ afterMs, item }) => ({ afterMs: item.type === 'word' ? this.#audioTime(items, item.endMs) : afterMs, item })).sort((a, b) => a.afterMs - b.afterMs);
    timed.push({ afterMs: lastMs, item: { type: 'finish', characters: text.length } });
    return spoilt({ items: timed, end: 'finish', endMs: lastMs }, faultOf(faults, number - 1, this.#random));
  }

  #audio(number: number, durationMs: number): TimedItem<TTSEvent>[] {
    const { firstFrameMs = 120, realTimeFactor = 0.1, chunkMs = 40, jitterMs = 0 } = this.#settings;
    const items: TimedItem<TTSEvent>[] = [];
    let last = 0;
    for (let fromMs = 0, sequence = 0; fromMs < durationMs; fromMs += chunkMs, sequence++) {
      last = Math.max(last, firstFrameMs + fromMs * realTimeFactor + this.#random() * jitterMs);
      items.push({ afterMs: last, item: { type: 'audio', chunk: labelled(number, fromMs, Math.min(chunkMs, durationMs - fromMs), sequence) } });
    }
    return items;
  }

  #audioTime(items: readonly TimedItem<TTSEvent>[], endMs: number): number {
    const chunk = items.find(({ item }) => item.type === 'audio' && item.chunk.timestampMs + item.chunk.durationMs >= endMs - 0.1) ?? items.findLast(({ item }) => item.type === 'audio');
    return chunk?.afterMs ?? 0;
  }
}

/** Samples that all have the value `number`. */
function labelled(number: number, timestampMs: number, durationMs: number, sequence: number): AudioChunk {
  const samples = new Int16Array(Math.max(1, Math.round((durationMs * RATE) / 1000))).fill(number);
  return new AudioChunk({ data: samples.buffer as ArrayBuffer, sampleRate: RATE, timestampMs, sequence });
}

/** The number of the synthesis that a chunk belongs to; 0 for other audio. */
export function labelOf(chunk: AudioChunk): number {
  return chunk.format === 'pcm_16' && chunk.data.byteLength >= 2 ? new DataView(chunk.data.buffer, chunk.data.byteOffset).getInt16(0, true) : 0;
}

function wordItems(text: string, words: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[]): TimedItem<TTSEvent>[] {
  let from = 0;
  return words.map(({ text: word, startMs, endMs }) => {
    const charStart = text.indexOf(word, from);
    from = charStart + word.length;
    return { afterMs: 0, item: { type: 'word', text: word, charStart, charEnd: from, startMs, endMs } };
  });
}

function fromRecording({ items, end, endMs }: RecordedCall, number: number): Take<TTSEvent> {
  let at = 0;
  let sequence = 0;
  const events = items.flatMap((one): TimedItem<TTSEvent>[] => {
    if ('word' in one) return [{ afterMs: one.afterMs, item: { type: 'word', ...one.word } }];
    if (!('audioMs' in one)) return [];
    const item: TTSEvent = { type: 'audio', chunk: labelled(number, at, one.audioMs, sequence++) };
    at += one.audioMs;
    return [{ afterMs: one.afterMs, item }];
  });
  if (end === 'finish') events.push({ afterMs: endMs, item: { type: 'finish' } });
  return { items: events, end, endMs };
}
