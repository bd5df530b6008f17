/** Transcription over `fetch`: a whole utterance as a WAV file in a form, the text with word times back where the server offers them. */
import { AudioChunk } from '../../audio/chunk.js';
import { AudioFormat } from '../../audio/format.js';
import { chunkToWav } from '../../audio/wav.js';
import { abortable } from '../../base/abortable.js';
import type { Data } from '../../base/data.js';
import { refuseUnknownOptions, requireBoolean, requireNumber } from '../../base/option.js';
import { STTResponse } from '../stt-response.js';
import type { STTCapabilities, STTOptions, STTProvider } from '../stt.js';
import type { Word } from '../word.js';
import { OPENAI_OPTIONS, OpenAIConnection, type OpenAIOptions } from './connection.js';
import { OpenAIError } from './openai-error.js';

/** Options of an {@link OpenAIRecognizer}. */
export interface OpenAIRecognizerOptions extends OpenAIOptions {
  /** Ask for word times (`verbose_json`). A server that refuses is asked again without, and from then on always. @default true for models with `whisper` in their name */
  readonly words?: boolean;
  /** @default 0 */
  readonly temperature?: number;
}

const PATH = 'audio/transcriptions';

// Whisper's own rule for silence in which it has heard something (decoding defaults of openai/whisper).
const NO_SPEECH = 0.6;
const LOW_LOGPROB = -1;

/**
 * A recogniser behind an OpenAI-compatible server. Failures reject with {@link OpenAIError}.
 *
 * @example
 * const stt = new OpenAIRecognizer({ model: 'whisper-1', apiKey: () => fetch('/token').then((answer) => answer.text()) });
 */
export class OpenAIRecognizer implements STTProvider {
  readonly id: string;
  readonly capabilities: STTCapabilities;
  readonly #connection: OpenAIConnection;
  readonly #temperature: number;
  #words: boolean;

  constructor(options: OpenAIRecognizerOptions) {
    refuseUnknownOptions('OpenAIRecognizer', options, [...OPENAI_OPTIONS, 'words', 'temperature']);
    this.#connection = new OpenAIConnection('OpenAIRecognizer', options);
    this.#words = requireBoolean('OpenAIRecognizer.words', options.words ?? /whisper/i.test(this.#connection.model));
    this.#temperature = requireNumber('OpenAIRecognizer.temperature', options.temperature ?? 0, { min: 0, max: 1 });
    this.id = this.#connection.id;
    this.capabilities = Object.freeze({ interim: false, words: this.#words, endOfTurn: false, local: false });
  }

  warmUp(): Promise<void> {
    return this.#connection.warmUp();
  }

  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    const { clock } = this.#connection;
    const startedMs = clock.now();
    const file = audioFile(audio);
    let answer: Data;
    try {
      answer = await this.#ask(file, options, this.#words);
    } catch (thrown) {
      if (!this.#words || !(thrown instanceof OpenAIError) || (thrown.status !== 400 && thrown.status !== 422)) throw thrown;
      answer = await this.#ask(file, options, false);
      this.#words = false; // it answers without word times, so these are what it refused
    }
    const segments = list(answer['segments']);
    return new STTResponse({
      text: isSilence(segments) ? '' : string(answer['text']).trim(),
      confidence: confidenceOf(segments, list(answer['logprobs'])),
      durationMs: file.durationMs ?? milliseconds(answer['duration']) ?? 0,
      language: options.language ?? languageTag(string(answer['language'])) ?? 'en',
      words: isSilence(segments) ? [] : wordsOf(answer, segments),
      provider: this.id,
      model: this.#connection.model,
      latencyMs: clock.now() - startedMs,
      rawResponse: answer,
    });
  }

  async #ask(file: AudioFile, { language, phrases = [], signal }: STTOptions, words: boolean): Promise<Data> {
    const form = new FormData();
    form.append('file', new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.mimeType }), file.name);
    form.append('model', this.#connection.model);
    form.append('response_format', words ? 'verbose_json' : 'json');
    if (words) form.append('timestamp_granularities[]', 'word');
    // Confidence comes from the segments, which some servers give only when asked.
    if (words) form.append('timestamp_granularities[]', 'segment');
    // The interface takes ISO 639-1: the language without the region.
    if (language !== undefined) form.append('language', language.split('-', 1)[0] ?? language);
    if (phrases.length > 0) form.append('prompt', phrases.map(({ phrase }) => phrase).join(', '));
    if (this.#temperature > 0) form.append('temperature', String(this.#temperature));
    for (const [name, value] of Object.entries(this.#connection.extraBody)) {
      form.delete(name);
      for (const one of Array.isArray(value) ? value : [value]) form.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
    const response = await this.#connection.send(PATH, { body: form, signal });
    if (/^text\/plain/.test(response.headers.get('content-type') ?? '')) {
      const said = await abortable('The transcription', response.text(), signal);
      return { text: said };
    }
    const answer = await this.#connection.json(PATH, response, signal);
    if (typeof answer['text'] !== 'string') throw this.#connection.malformed(PATH);
    return answer;
  }
}

interface AudioFile {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly mimeType: string;
  readonly durationMs: number | undefined;
}

/** The audio as a file: PCM behind a WAV header, files as they are. Bytes alone are a WAV file or PCM of 16 bits, mono, at 16 kHz. */
function audioFile(audio: AudioChunk | Uint8Array): AudioFile {
  const chunk = audio instanceof AudioChunk ? audio : new AudioChunk({ data: audio });
  const { data, format } = chunk;
  const magic = String.fromCharCode(...data.subarray(0, 4));
  if (magic === 'RIFF' || format === AudioFormat.WAV) return { bytes: data, name: 'speech.wav', mimeType: 'audio/wav', durationMs: undefined };
  const file = FILES[format];
  if (file !== undefined) return { bytes: data, name: `speech.${file[0]}`, mimeType: file[1], durationMs: undefined };
  return { bytes: chunkToWav(chunk), name: 'speech.wav', mimeType: 'audio/wav', durationMs: chunk.durationMs };
}

// Servers tell the format by the name of the file.
const FILES: Readonly<Partial<Record<AudioFormat, readonly [extension: string, mimeType: string]>>> = { mp3: ['mp3', 'audio/mpeg'], ogg_opus: ['ogg', 'audio/ogg'], opus: ['opus', 'audio/opus'], aac: ['aac', 'audio/aac'], webm: ['webm', 'audio/webm'] };

function isSilence(segments: readonly Data[]): boolean {
  return segments.length > 0 && segments.every((segment) => number(segment['no_speech_prob'], 0) > NO_SPEECH && number(segment['avg_logprob'], 0) < LOW_LOGPROB);
}

/** Mean probability of a token: from the tokens themselves, else from the segments weighed by their length, else 1. */
function confidenceOf(segments: readonly Data[], tokens: readonly Data[]): number {
  const weighed = tokens.length > 0 ? tokens.map((token) => [number(token['logprob'], 0), 1] as const) : segments.filter((segment) => typeof segment['avg_logprob'] === 'number').map((segment) => [number(segment['avg_logprob'], 0), Math.max(0.01, number(segment['end'], 0) - number(segment['start'], 0))] as const);
  const weight = weighed.reduce((sum, [, one]) => sum + one, 0);
  return weight === 0 ? 1 : Math.min(1, Math.exp(weighed.reduce((sum, [logprob, one]) => sum + logprob * one, 0) / weight));
}

/** Words of the answer, or of its segments where a server puts them there. */
function wordsOf(answer: Data, segments: readonly Data[]): readonly Word[] {
  const words = list(answer['words']);
  return (words.length > 0 ? words : segments.flatMap((segment) => list(segment['words']))).flatMap((word) => {
    const text = string(word['word'] ?? word['text']).trim();
    const startMs = milliseconds(word['start']);
    const endMs = milliseconds(word['end']);
    if (text === '' || startMs === undefined || endMs === undefined) return [];
    const confidence = word['probability'];
    return [{ text, startMs, endMs: Math.max(startMs, endMs), ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? { confidence } : {}) }];
  });
}

/** Whisper says `english` where others say `en`. */
function languageTag(name: string): string | undefined {
  if (/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(name)) return name;
  return name === '' ? undefined : NAMES[name.toLowerCase()];
}

const NAMES: Readonly<Record<string, string>> = { english: 'en', german: 'de', french: 'fr', spanish: 'es', italian: 'it', portuguese: 'pt', dutch: 'nl', polish: 'pl', russian: 'ru', ukrainian: 'uk', turkish: 'tr', arabic: 'ar', hindi: 'hi', chinese: 'zh', japanese: 'ja', korean: 'ko', swedish: 'sv', danish: 'da', norwegian: 'no', finnish: 'fi', czech: 'cs', greek: 'el', hebrew: 'he', hungarian: 'hu', romanian: 'ro', indonesian: 'id', vietnamese: 'vi', thai: 'th' };

function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly Data[] {
  return Array.isArray(value) ? value.filter((one): one is Data => typeof one === 'object' && one !== null) : [];
}
