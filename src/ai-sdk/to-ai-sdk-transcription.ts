/** One of our recognisers as a transcription model of the Vercel AI SDK. */
import { AudioChunk } from '../audio/chunk.js';
import { wavToChunk } from '../audio/wav.js';
import { decodeBase64 } from '../base/base64.js';
import { systemClock, type Clock } from '../base/clock.js';
import { toError } from '../base/errors.js';
import { InvalidOptionError } from '../base/option.js';
import type { STTProvider } from '../providers/stt.js';
import type { AiVersion } from './model-types.js';
import { exportOptions, type AiExport, type ToAiSdkOptions } from './to-ai-sdk.js';
import type { AiSdkTranscriptionModel, AiSegment, AiTranscriptionStreamCall, AiTranscriptPartOut } from './transcription-types.js';

/**
 * Makes a recogniser usable as `model` of `transcribe`: WAV files, and PCM of 16 bits, mono (`audio/pcm;rate=…`). It
 * streams (version 4) where the recogniser has sessions.
 */
export function toAiSdkTranscription<V extends AiVersion>(provider: STTProvider, options: ToAiSdkOptions<V>, clock?: Clock): AiSdkTranscriptionModel<V>;
export function toAiSdkTranscription(provider: STTProvider, options?: string | Omit<ToAiSdkOptions, 'version'>, clock?: Clock): AiSdkTranscriptionModel;
export function toAiSdkTranscription(provider: STTProvider, options: AiExport = {}, clock: Clock = systemClock): AiSdkTranscriptionModel<AiVersion> {
  const id = provider.id ?? 'recogniser';
  const { modelId, version } = exportOptions('toAiSdkTranscription', id, options);
  const open = provider.open?.bind(provider);
  return {
    specificationVersion: version,
    provider: id,
    modelId,
    async doGenerate({ audio, mediaType, abortSignal }) {
      const chunk = readAudio(typeof audio === 'string' ? decodeBase64(audio) : audio, mediaType);
      const { text, words, language, durationMs } = await provider.transcribe(chunk, abortSignal === undefined ? {} : { signal: abortSignal });
      const durationInSeconds = (durationMs === 0 ? chunk.durationMs : durationMs) / 1000;
      const timed = words.map((word): AiSegment => ({ text: word.text, startSecond: word.startMs / 1000, endSecond: word.endMs / 1000 }));
      return { text, segments: timed.length > 0 ? timed : text === '' ? [] : [{ text, startSecond: 0, endSecond: durationInSeconds }], words: timed, language, durationInSeconds, warnings: [], response: { timestamp: new Date(clock.epochMs()), modelId } };
    },
    ...(open === undefined || version !== 'v4' ? {} : { doStream: (call: AiTranscriptionStreamCall) => Promise.resolve({ stream: transcribed(open, call) }) }),
  };
}

function readAudio(bytes: Uint8Array, mediaType: string): AudioChunk {
  if (/^audio\/(x-|vnd\.)?wave?\b/.test(mediaType) || String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF') return wavToChunk(bytes);
  if (/^audio\/(pcm|l16)\b/i.test(mediaType)) return new AudioChunk({ data: bytes, sampleRate: Number(/rate=(\d+)/.exec(mediaType)?.[1] ?? 16000) });
  throw new InvalidOptionError('toAiSdkTranscription.audio', bytes, 'a WAV file or PCM (media type audio/wav or audio/pcm;rate=16000)');
}

/** Pushes the audio into a session as it comes, and gives its transcripts as parts. */
function transcribed(open: NonNullable<STTProvider['open']>, { audio, inputAudioFormat, abortSignal }: AiTranscriptionStreamCall): ReadableStream<AiTranscriptPartOut> {
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(abortSignal?.reason);
  const reader = audio.getReader();
  return new ReadableStream<AiTranscriptPartOut>({
    async start(controller) {
      controller.enqueue({ type: 'stream-start', warnings: [] });
      if (abortSignal?.aborted === true) onAbort();
      else abortSignal?.addEventListener('abort', onAbort, { once: true });
      const finals: AiSegment[] = [];
      try {
        const session = await open({ signal: ending.signal });
        const fed = feed(reader, session, inputAudioFormat.rate ?? 16000);
        let finalized = false;
        // Recognisers answer a `finalize` with at least one final; the session is closed with the first that comes after it.
        fed.then(() => { finalized = true; session.finalize(); }, (thrown: unknown) => ending.abort(thrown));
        try {
          for await (const event of session.events) {
            if (event.type === 'error' && event.fatal) throw event.error;
            if (event.type === 'partial') controller.enqueue({ type: 'transcript-partial', id: event.id, text: event.text });
            if (event.type !== 'final') continue;
            const [first, last] = [event.words?.[0], event.words?.at(-1)];
            const place = first === undefined || last === undefined ? undefined : { startSecond: first.startMs / 1000, endSecond: last.endMs / 1000 };
            controller.enqueue({ type: 'transcript-final', id: event.id, text: event.text, ...place });
            if (event.text !== '') finals.push({ text: event.text, startSecond: 0, endSecond: 0, ...place });
            if (finalized) break;
          }
        } finally {
          await session.close();
        }
        controller.enqueue({ type: 'finish', text: finals.map(({ text }) => text).join(' '), segments: finals });
      } catch (thrown) {
        if (!ending.signal.aborted || abortSignal?.aborted === true) controller.enqueue({ type: 'error', error: toError(thrown) });
      } finally {
        abortSignal?.removeEventListener('abort', onAbort);
        reader.cancel().catch(() => undefined); // a source that has failed has said so
        if (!ending.signal.aborted || abortSignal?.aborted === true) controller.close();
      }
    },
    cancel: (reason) => ending.abort(reason),
  });
}

/** Resolves once all audio was pushed. */
async function feed(reader: ReadableStreamDefaultReader<Uint8Array | string>, session: { push(audio: AudioChunk): void }, sampleRate: number): Promise<void> {
  let odd: number | undefined;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const given = typeof value === 'string' ? decodeBase64(value) : value;
    // Half a sample waits for its other half.
    const bytes = odd === undefined ? given : new Uint8Array([odd, ...given]);
    odd = bytes.length % 2 === 0 ? undefined : bytes[bytes.length - 1];
    const whole = bytes.subarray(0, bytes.length & ~1);
    if (whole.length > 0) session.push(new AudioChunk({ data: whole, sampleRate }));
  }
}
