/**
 * The recogniser of a session's turns: it gives an utterance that was recognised while it was spoken
 * without asking again, so that the recognition stage of a turn is the same for every kind of turn.
 */
import type { AudioChunk } from '../audio/chunk.js';
import { AbortedError } from '../base/errors.js';
import type { STTCapabilities, STTOptions, STTProvider } from '../providers/stt.js';
import { STTResponse } from '../providers/stt-response.js';
import type { Recognition } from './recognition.js';

/** Recognitions by the audio of their turns; what is not among them goes to the provider. */
export class SessionRecognizer implements STTProvider {
  readonly id: string;
  readonly capabilities?: STTCapabilities;
  readonly #provider: STTProvider;
  readonly #known = new WeakMap<AudioChunk, Recognition>();

  readonly #edit: (text: string) => string;

  /** `edit` is applied to every transcript, for example to take the assistant's name away. */
  constructor(provider: STTProvider, edit: (text: string) => string = (text) => text) {
    this.#provider = provider;
    this.#edit = edit;
    this.id = provider.id ?? 'stt';
    if (provider.capabilities !== undefined) this.capabilities = provider.capabilities;
  }

  /** The audio of a turn, and what recognises it. */
  remember(audio: AudioChunk, recognition: Recognition): void {
    this.#known.set(audio, recognition);
  }

  /** @inheritdoc A second try of an utterance asks the provider anew. */
  async transcribe(audio: AudioChunk | Uint8Array, options: STTOptions = {}): Promise<STTResponse> {
    const response = await this.#recognise(audio, options);
    const text = this.#edit(response.text);
    return text === response.text ? response : new STTResponse({ ...response, text });
  }

  async #recognise(audio: AudioChunk | Uint8Array, options: STTOptions): Promise<STTResponse> {
    const recognition = 'durationMs' in audio ? this.#known.get(audio) : undefined;
    if (recognition === undefined) return this.#provider.transcribe(audio, options);
    try {
      return await recognition.finish();
    } catch (thrown) {
      this.#known.delete(audio as AudioChunk); // it was found by it
      if (options.signal?.aborted === true) throw new AbortedError('Speech recognition', options.signal.reason);
      throw thrown;
    }
  }
}
