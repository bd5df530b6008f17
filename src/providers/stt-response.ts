/** What a recogniser understood, how sure it is and how long the audio was. */
import { frozenCopy, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';
import { optionalText, readField, requireList, requireRecord } from '../context/wire.js';
import type { Word } from './word.js';

/** Fields of an {@link STTResponse}. */
export interface STTResponseInit {
  /** What was understood; empty for silence. */
  readonly text: string;
  /** From 0 to 1. @default 1 */
  readonly confidence?: number | undefined;
  /** Duration of the audio. @default 0 */
  readonly durationMs?: number | undefined;
  /** BCP 47 tag. @default 'en' */
  readonly language?: string | undefined;
  /** @default [] */
  readonly words?: readonly Word[] | undefined;
  /** False for a guess that may still change. @default true */
  readonly isFinal?: boolean | undefined;
  /** @default 'unknown' */
  readonly provider?: string | undefined;
  /** @default 'unknown' */
  readonly model?: string | undefined;
  /** @default 0 */
  readonly latencyMs?: number | undefined;
  /** The provider's own answer; kept as it is and never written. */
  readonly rawResponse?: unknown;
}

const FIELDS = ['text', 'confidence', 'durationMs', 'language', 'words', 'isFinal', 'provider', 'model', 'latencyMs', 'rawResponse'];

/** A frozen response of a recogniser. */
export class STTResponse {
  readonly text: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Duration of the audio. */
  readonly durationMs: number;
  /** BCP 47 tag. */
  readonly language: string;
  readonly words: readonly Word[];
  /** False for a guess that may still change. */
  readonly isFinal: boolean;
  readonly provider: string;
  readonly model: string;
  readonly latencyMs: number;
  readonly #rawResponse: unknown;

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: STTResponseInit) {
    refuseUnknownOptions('STTResponse', init, FIELDS);
    const { text, confidence = 1, durationMs = 0, isFinal = true, latencyMs = 0 } = init;
    if (typeof text !== 'string') throw new InvalidOptionError('STTResponse.text', text, 'a string');
    this.text = text;
    this.confidence = requireNumber('STTResponse.confidence', confidence, { min: 0, max: 1 });
    this.durationMs = requireNumber('STTResponse.durationMs', durationMs, { min: 0 });
    this.language = optionalText('STTResponse.language', init.language) ?? 'en';
    this.words = frozenCopy(init.words ?? []);
    this.isFinal = requireBoolean('STTResponse.isFinal', isFinal);
    this.provider = optionalText('STTResponse.provider', init.provider) ?? 'unknown';
    this.model = optionalText('STTResponse.model', init.model) ?? 'unknown';
    this.latencyMs = requireNumber('STTResponse.latencyMs', latencyMs, { min: 0 });
    this.#rawResponse = init.rawResponse;
    Object.freeze(this);
  }

  /** The provider's own answer, where it was kept; not part of {@link toDict}. */
  get rawResponse(): unknown {
    return this.#rawResponse;
  }

  /** Wire form, snake_case, without `rawResponse`. */
  toDict(): Data {
    return {
      text: this.text,
      confidence: this.confidence,
      duration_ms: this.durationMs,
      language: this.language,
      words: this.words.map(wordToDict),
      is_final: this.isFinal,
      provider: this.provider,
      model: this.model,
      latency_ms: this.latencyMs,
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Attributes of a span. No words. */
  toOtelAttributes(): Readonly<Record<string, string | number | boolean>> {
    return Object.freeze({
      'gen_ai.operation.name': 'speech_to_text',
      'gen_ai.provider.name': this.provider,
      'gen_ai.response.model': this.model,
      'sluice.stt.confidence': this.confidence,
      'sluice.stt.duration_ms': this.durationMs,
      'sluice.stt.language': this.language,
      'sluice.stt.is_final': this.isFinal,
      'sluice.latency_ms': this.latencyMs,
    });
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): STTResponse {
    return new STTResponse({
      text: dict['text'] as string, // the constructor checks each
      confidence: dict['confidence'] as number,
      durationMs: readField(dict, 'duration_ms') as number,
      language: dict['language'] as string,
      words: requireList('STTResponse.fromDict.words', dict['words']).map((word) => wordFromDict(requireRecord('STTResponse.fromDict.words', word))),
      isFinal: readField(dict, 'is_final') as boolean,
      provider: dict['provider'] as string,
      model: dict['model'] as string,
      latencyMs: readField(dict, 'latency_ms') as number,
    });
  }
}

function wordToDict({ text, startMs, endMs, confidence }: Word): Data {
  return { text, start_ms: startMs, end_ms: endMs, ...(confidence === undefined ? {} : { confidence }) };
}

function wordFromDict(dict: Data): Word {
  const { text, confidence } = dict;
  if (typeof text !== 'string') throw new InvalidOptionError('STTResponse.fromDict.words.text', text, 'a string');
  return {
    text,
    startMs: requireNumber('STTResponse.fromDict.words.start_ms', readField(dict, 'start_ms')),
    endMs: requireNumber('STTResponse.fromDict.words.end_ms', readField(dict, 'end_ms')),
    ...(confidence === undefined || confidence === null ? {} : { confidence: requireNumber('STTResponse.fromDict.words.confidence', confidence, { min: 0, max: 1 }) }),
  };
}
