/** A microphone whose speech is written by the test: each call puts the elements of an utterance into its stream. */
import { AudioChunk } from '../audio/chunk.js';
import { systemClock, type Clock } from '../base/clock.js';
import { ClosedError } from '../base/errors.js';
import { Channel } from '../stream/channel.js';
import { audioElement, element, type StreamElement } from '../stream/element.js';
import type { InputLevel, InputState, SpeechEndMetadata, VoiceInput } from '../voice/voice-input.js';

/** A microphone without a room. */
export class VirtualMicrophone implements VoiceInput {
  readonly elements: Channel<StreamElement> = new Channel({ capacity: 4096 });
  readonly #clock: Clock;
  readonly #stateListeners = new Set<(state: InputState, error?: Error) => void>();
  #state: InputState = 'stopped';
  #failure: Error | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  get state(): InputState {
    return this.#state;
  }

  /** The next `start` rejects with `error`, as a device that is denied does. */
  failWith(error: Error): void {
    this.#failure = error;
  }

  start(): Promise<void> {
    if (this.elements.closed) return Promise.reject(new ClosedError('VirtualMicrophone'));
    const failure = this.#failure;
    this.#failure = undefined;
    this.#setState(failure === undefined ? 'listening' : 'failed', failure);
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  }

  stop(): Promise<void> {
    this.#setState('stopped');
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.elements.close();
    return this.stop();
  }

  setMode(): void {
    // Speech comes from the test, in every mode.
  }

  hold(): void {
    this.onset();
  }

  release(): void {
    this.end();
  }

  onState(listener: (state: InputState, error?: Error) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onLevel(_listener: (level: InputLevel) => void): () => void {
    return () => undefined; // there is no sound to measure
  }

  /** Speech begins. */
  onset(): void {
    const now = this.#clock.now();
    this.#write(element({ type: 'speechStart' }, { metadata: { onsetMs: now, detectedMs: now } }));
  }

  /** The speech is long enough to be meant. */
  confirm(): void {
    this.#write(element({ type: 'interrupt', reason: 'speech' }));
  }

  /** A piece of the utterance. */
  audio(samples: Float32Array, sampleRate = 16000): void {
    this.#write(audioElement(new AudioChunk({ float32: samples, sampleRate })));
  }

  /** The utterance ends; `misfire` says that it was none. */
  end(end: Partial<SpeechEndMetadata> = {}): void {
    this.#write(element({ type: 'speechEnd' }, { metadata: { endMs: this.#clock.now(), speechMs: 500, misfire: false, truncated: false, ...end } }));
  }

  /** A whole utterance of `samples`. */
  say(samples: Float32Array): void {
    this.onset();
    this.audio(samples);
    this.confirm();
    this.end();
  }

  #write(item: StreamElement): void {
    if (!this.elements.tryWrite(item)) throw new ClosedError('VirtualMicrophone');
  }

  #setState(state: InputState, error?: Error): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state, error);
  }
}
