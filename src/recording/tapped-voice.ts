/** A voice and a recogniser whose word times are seen: what `TTSEvent`s and `STTResponse`s say of words reaches the transcript. */
import type { AudioChunk } from '../audio/chunk.js';
import type { STTProvider } from '../providers/stt.js';
import type { STTResponse } from '../providers/stt-response.js';
import type { TTSProvider } from '../providers/tts.js';
import type { TranscriptWord } from './transcript.js';

/** A piece of an answer, with the words that its voice told of. */
export interface SpokenPiece {
  /** Times from the first sample of the piece. */
  readonly words: TranscriptWord[];
}

/** Where each chunk of sound comes from. Chunks are known by identity: the stages hand them on as they are. */
export class SpokenPieces {
  readonly #places = new WeakMap<AudioChunk, { readonly piece: SpokenPiece; readonly offsetMs: number }>();

  /** The same voice, watched. */
  tap(voice: TTSProvider): TTSProvider {
    const places = this.#places;
    const { id, capabilities, sampleRate } = voice;
    return {
      ...(id === undefined ? {} : { id }),
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(sampleRate === undefined ? {} : { sampleRate }),
      ...(voice.warmUp === undefined ? {} : { warmUp: () => voice.warmUp?.() ?? Promise.resolve() }),
      synthesize: (text, options) => voice.synthesize(text, options),
      async *stream(text, options) {
        const piece: SpokenPiece = { words: [] };
        let offsetMs = 0;
        for await (const event of voice.stream(text, options)) {
          if (event.type === 'audio') {
            places.set(event.chunk, { piece, offsetMs });
            offsetMs += event.chunk.durationMs;
          } else if (event.type === 'word') piece.words.push({ text: event.text, startMs: event.startMs, endMs: event.endMs });
          yield event;
        }
      },
    };
  }

  /** The piece that a chunk belongs to, and where in it the chunk begins. */
  placeOf(chunk: AudioChunk): { readonly piece: SpokenPiece; readonly offsetMs: number } | undefined {
    return this.#places.get(chunk);
  }
}

/** The same recogniser; `onResponse` is told what it understood of a whole utterance. */
export function tapRecogniser(stt: STTProvider, onResponse: (response: STTResponse) => void): STTProvider {
  const open = stt.open?.bind(stt);
  return {
    ...(stt.id === undefined ? {} : { id: stt.id }),
    ...(stt.capabilities === undefined ? {} : { capabilities: stt.capabilities }),
    ...(stt.warmUp === undefined ? {} : { warmUp: () => stt.warmUp?.() ?? Promise.resolve() }),
    ...(open === undefined ? {} : { open: (options) => open(options) }),
    async transcribe(audio, options) {
      const response = await stt.transcribe(audio, options);
      onResponse(response);
      return response;
    },
  };
}
