/** A speech model of the Vercel AI SDK behind our contract. */
import type { AudioChunk } from '../audio/chunk.js';
import { decodePcm, encodePcm, type SampleEncoding } from '../audio/pcm.js';
import { abortable } from '../base/abortable.js';
import { decodeBase64 } from '../base/base64.js';
import { SluiceError, throwIfAborted, toError } from '../base/errors.js';
import { refuseUnknownOptions, requireNumber } from '../base/option.js';
import { PcmStream } from '../providers/openai/pcm-stream.js';
import type { TTSEvent, TTSOptions, TTSProvider } from '../providers/tts.js';
import { AiSdkModelError, requireAiModel } from './from-ai-sdk.js';
import type { AiSpeechCall, AiSpeechModel } from './speech-types.js';

/** The model gave audio that cannot be cut into samples. */
export class AiSdkAudioError extends SluiceError {
  override readonly name: string = 'AiSdkAudioError';

  /** Another try gives the same. */
  readonly fatal = true;

  constructor(model: string, what: string) {
    super(`The model '${model}' gave ${what} where samples were asked for. Use a model that gives WAV or PCM, and pass its rate as fromAiSdkSpeech.sampleRate.`, { code: 'AI_SDK_AUDIO' });
  }
}

/** Options of {@link fromAiSdkSpeech}. */
export interface FromAiSdkSpeechOptions {
  /** Frames per second of bare PCM; the rate that a stream or a WAV file declares is believed. @default 24000 */
  readonly sampleRate?: number;
  /** What the model is asked for. @default 'wav' */
  readonly outputFormat?: string;
}

/** Wraps a speech model of the SDK (specification version 2, 3 or 4); streams where the model does. Throws `InvalidOptionError` for anything else. */
export function fromAiSdkSpeech(model: AiSpeechModel, options: FromAiSdkSpeechOptions = {}): TTSProvider {
  requireAiModel('fromAiSdkSpeech.model', model, 'a speech model');
  refuseUnknownOptions('fromAiSdkSpeech', options, ['sampleRate', 'outputFormat']);
  const sampleRate = requireNumber('fromAiSdkSpeech.sampleRate', options.sampleRate ?? 24000, { min: 8000, max: 192000, integer: true });
  const streams = model.doStream !== undefined;
  const stream = (text: string | AsyncIterable<string>, given: TTSOptions = {}): AsyncGenerator<TTSEvent, undefined> => (streams ? streamed(model, text, given, sampleRate) : whole(model, text, given, sampleRate, options.outputFormat ?? 'wav'));
  return {
    id: model.provider,
    sampleRate,
    capabilities: Object.freeze({ streamingInput: streams, words: false, pcm: true, local: false }),
    stream,
    async synthesize(text, given) {
      const parts: number[][] = [];
      for await (const event of stream(text, given)) {
        if (event.type !== 'audio') continue;
        if (event.chunk.sampleRate !== sampleRate) throw new AiSdkAudioError(model.modelId, `audio at ${event.chunk.sampleRate} Hz`);
        parts.push([...encodePcm(mono(event.chunk))]);
      }
      return Uint8Array.from(parts.flat());
    },
  };
}

async function* whole(model: AiSpeechModel, text: string | AsyncIterable<string>, { signal, voice, speed, language }: TTSOptions, sampleRate: number, outputFormat: string): AsyncGenerator<TTSEvent, undefined> {
  const what = `The model '${model.modelId}'`;
  throwIfAborted(what, signal);
  let input = '';
  if (typeof text === 'string') input = text;
  else for await (const part of text) input += part;
  if (input.trim() !== '') {
    const call: AiSpeechCall = { text: input, outputFormat, ...(voice === undefined ? {} : { voice }), ...(speed === undefined ? {} : { speed }), ...(language === undefined ? {} : { language }), ...(signal === undefined ? {} : { abortSignal: signal }) };
    const { audio } = await abortable(what, Promise.resolve(model.doGenerate(call)), signal);
    const bytes = typeof audio === 'string' ? decodeBase64(audio) : audio;
    const form = compressedForm(bytes);
    if (form !== undefined) throw new AiSdkAudioError(model.modelId, form);
    const pcm = new PcmStream(sampleRate);
    for (const chunk of [pcm.push(bytes), pcm.flush()]) if (chunk !== undefined) yield { type: 'audio', chunk };
  }
  yield { type: 'finish', characters: input.length };
  return undefined;
}

async function* streamed(model: AiSpeechModel, text: string | AsyncIterable<string>, { signal, voice, speed, language }: TTSOptions, sampleRate: number): AsyncGenerator<TTSEvent, undefined> {
  const what = `The model '${model.modelId}'`;
  throwIfAborted(what, signal);
  let characters = 0;
  const source = (typeof text === 'string' ? one(text) : text)[Symbol.asyncIterator]();
  const input = new ReadableStream<{ type: 'text'; text: string }>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done === true) return controller.close();
      characters += value.length;
      controller.enqueue({ type: 'text', text: value });
    },
    async cancel() {
      await source.return?.();
    },
  });
  const call = { text: input, outputFormat: { type: 'audio/pcm', rate: sampleRate }, ...(voice === undefined ? {} : { voice }), ...(speed === undefined ? {} : { speed }), ...(language === undefined ? {} : { language }), ...(signal === undefined ? {} : { abortSignal: signal }) };
  const { stream } = await abortable(what, Promise.resolve(model.doStream?.(call) ?? Promise.reject(new AiSdkAudioError(model.modelId, 'no stream'))), signal, (late) => void late.stream.cancel().catch(() => undefined)); // nobody reads it
  const reader = stream.getReader();
  let pcm: PcmStream | undefined;
  try {
    for (;;) {
      const { done, value: part } = await abortable(what, reader.read(), signal);
      if (done) break;
      if (part.type === 'error') throw new AiSdkModelError(model.modelId, toError(part.error));
      if (part.type !== 'audio' || part.audio === undefined) continue;
      const { type = 'audio/pcm', rate = sampleRate } = part.audioFormat ?? {};
      if (!/^audio\/(pcm|l16|x-wav|wav)/i.test(type)) throw new AiSdkAudioError(model.modelId, type.replace(/[^\w/.+-]/g, ''));
      pcm ??= new PcmStream(rate);
      const chunk = pcm.push(typeof part.audio === 'string' ? decodeBase64(part.audio) : part.audio);
      if (chunk !== undefined) yield { type: 'audio', chunk };
    }
  } finally {
    reader.cancel().catch(() => undefined); // a stream that has failed has said so
  }
  const rest = pcm?.flush();
  if (rest !== undefined) yield { type: 'audio', chunk: rest };
  yield { type: 'finish', characters };
  return undefined;
}

async function* one(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/** The compressed form that bytes begin like, if any. */
function compressedForm(bytes: Uint8Array): string | undefined {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic.startsWith('ID3') || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf2)) return 'MP3';
  return magic === 'OggS' ? 'Ogg' : magic === 'fLaC' ? 'FLAC' : undefined;
}

function mono(chunk: AudioChunk): Float32Array {
  const samples = decodePcm(chunk.data, chunk.format as SampleEncoding); // PcmStream gives no other
  if (chunk.channels === 1) return samples;
  return Float32Array.from({ length: chunk.frames }, (_, frame) => samples.subarray(frame * chunk.channels, (frame + 1) * chunk.channels).reduce((sum, sample) => sum + sample, 0) / chunk.channels);
}
