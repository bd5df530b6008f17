/** A transcription model of the Vercel AI SDK behind our contract. */
import { AudioChunk } from '../audio/chunk.js';
import { encodePcm, decodePcm, type SampleEncoding } from '../audio/pcm.js';
import { chunkToWav } from '../audio/wav.js';
import { abortable } from '../base/abortable.js';
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError, throwIfAborted, toError } from '../base/errors.js';
import { STTResponse } from '../providers/stt-response.js';
import type { STTEvent, STTOptions, STTProvider, STTSession } from '../providers/stt.js';
import { Channel } from '../stream/channel.js';
import { AiSdkModelError, requireAiModel } from './from-ai-sdk.js';
import type { AiTranscriptionModel } from './transcription-types.js';

/**
 * Wraps a transcription model of the SDK (specification version 2, 3 or 4). It has `open` where the model streams: one
 * stream per utterance, ended by `finalize`. Audio must be PCM. Throws `InvalidOptionError` for anything else.
 */
export function fromAiSdkTranscription(model: AiTranscriptionModel, options: { readonly clock?: Clock } = {}): STTProvider {
  requireAiModel('fromAiSdkTranscription.model', model, 'a transcription model');
  const { clock = systemClock } = options;
  const streams = model.doStream !== undefined;
  return {
    id: model.provider,
    capabilities: Object.freeze({ interim: streams, words: model.specificationVersion === 'v4', endOfTurn: false, local: false }),
    async transcribe(audio, { signal, language } = {}) {
      const what = `The model '${model.modelId}'`;
      throwIfAborted(what, signal);
      const startedMs = clock.now();
      const chunk = audio instanceof AudioChunk ? audio : new AudioChunk({ data: audio });
      const call = { audio: chunkToWav(chunk), mediaType: 'audio/wav', ...(signal === undefined ? {} : { abortSignal: signal }) };
      const result = await abortable(what, Promise.resolve(model.doGenerate(call)), signal);
      return new STTResponse({
        text: result.text.trim(),
        durationMs: chunk.durationMs,
        language: language ?? result.language ?? 'en',
        words: (result.words ?? []).map(({ text, startSecond, endSecond }) => ({ text: text.trim(), startMs: startSecond * 1000, endMs: endSecond * 1000 })),
        provider: model.provider,
        model: model.modelId,
        latencyMs: clock.now() - startedMs,
      });
    },
    ...(streams ? { open: (given: STTOptions = {}) => Promise.resolve(new AiTranscriptionSession(model, given)) } : {}),
  };
}

/** What an utterance's audio goes into. */
interface Utterance {
  readonly audio: ReadableStreamDefaultController<Uint8Array>;
  readonly sampleRate: number;
}

// What may be under way before a writer is asked to slow down.
const QUEUE_MS = 500;

class AiTranscriptionSession implements STTSession {
  readonly #model: AiTranscriptionModel;
  readonly #events = new Channel<STTEvent>({ capacity: 1024 });
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #reading = new Set<Promise<void>>();
  #utterance: Utterance | undefined;
  #count = 0;

  constructor(model: AiTranscriptionModel, { signal }: STTOptions) {
    this.#model = model;
    this.#signal = signal;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get desiredSize(): number {
    const { audio, sampleRate } = this.#utterance ?? {};
    return audio === undefined || sampleRate === undefined ? QUEUE_MS : QUEUE_MS + (((audio.desiredSize ?? 0) / 2) * 1000) / sampleRate;
  }

  get events(): AsyncIterable<STTEvent> {
    return this.#events;
  }

  push(audio: AudioChunk): void {
    if (this.#ending.signal.aborted) throw new ClosedError('Recognition session');
    this.#utterance ??= this.#begin(audio.sampleRate);
    this.#utterance.audio.enqueue(audio.format === 'pcm_16' && audio.channels === 1 ? audio.data : encodePcm(mono(audio)));
  }

  finalize(): void {
    this.#utterance?.audio.close();
    this.#utterance = undefined;
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#ending.abort();
    this.#utterance = undefined;
    await Promise.all(this.#reading);
    this.#events.close();
  }

  readonly #abort = (): void => void this.close();

  #begin(sampleRate: number): Utterance {
    let controller!: ReadableStreamDefaultController<Uint8Array>; // set by `start`, which runs within the constructor
    const audio = new ReadableStream<Uint8Array>({ start: (given) => { controller = given; } }, { highWaterMark: 0, size: (bytes) => bytes?.byteLength ?? 0 });
    const reading = this.#read(audio, sampleRate, `${this.#count++}`).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
    return { audio: controller, sampleRate };
  }

  /** Reads one utterance's transcript to its end. */
  async #read(audio: ReadableStream<Uint8Array>, sampleRate: number, utterance: string): Promise<void> {
    const what = `The model '${this.#model.modelId}'`;
    const { signal } = this.#ending;
    try {
      const { stream } = await abortable(what, Promise.resolve(this.#model.doStream?.({ audio, inputAudioFormat: { type: 'audio/pcm', rate: sampleRate }, abortSignal: signal }) ?? Promise.reject(new ClosedError(what))), signal, (late) => void late.stream.cancel().catch(() => undefined)); // nobody reads it
      const reader = stream.getReader();
      try {
        await this.#follow(reader, utterance, what, signal);
      } finally {
        reader.cancel().catch(() => undefined); // a stream that has failed has said so
      }
    } catch (thrown) {
      if (signal.aborted) return;
      this.#utterance = undefined;
      this.#events.tryWrite({ type: 'error', error: toError(thrown), fatal: true });
      this.#events.close();
      this.#ending.abort();
    }
  }

  async #follow(reader: ReadableStreamDefaultReader<{ readonly type: string; readonly id?: string; readonly delta?: string; readonly text?: string; readonly language?: string; readonly error?: unknown }>, utterance: string, what: string, signal: AbortSignal): Promise<void> {
    const texts = new Map<string, string>();
    let finals = 0;
    for (;;) {
      const { done, value: part } = await abortable(what, reader.read(), signal);
      if (done) return;
      const key = part.id ?? '0';
      const id = `${utterance}:${key}`;
      if (part.type === 'transcript-delta') {
        const text = (texts.get(key) ?? '') + (part.delta ?? '');
        texts.set(key, text);
        this.#events.tryWrite({ type: 'partial', id, text });
      } else if (part.type === 'transcript-partial') this.#events.tryWrite({ type: 'partial', id, text: part.text ?? '' });
      else if (part.type === 'transcript-final') {
        finals++;
        texts.delete(key);
        this.#events.tryWrite({ type: 'final', id, text: (part.text ?? '').trim() });
      } else if (part.type === 'finish' && finals === 0) {
        // A model that gives no finals gives the whole text at the end; silence is a final too, because the session waits for it.
        this.#events.tryWrite({ type: 'final', id, text: (part.text ?? '').trim(), ...(part.language === undefined ? {} : { language: part.language }) });
      } else if (part.type === 'error') throw new AiSdkModelError(this.#model.modelId, toError(part.error));
    }
  }
}

function mono(chunk: AudioChunk): Float32Array {
  const samples = decodePcm(chunk.data, chunk.format as SampleEncoding); // decodePcm refuses what is no PCM
  if (chunk.channels === 1) return samples;
  return Float32Array.from({ length: chunk.frames }, (_, frame) => samples.subarray(frame * chunk.channels, (frame + 1) * chunk.channels).reduce((sum, sample) => sum + sample, 0) / chunk.channels);
}
