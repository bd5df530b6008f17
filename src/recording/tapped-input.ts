/** A microphone whose elements are seen on their way to the session. */
import type { ChannelReader } from '../stream/channel-ends.js';
import type { StreamElement } from '../stream/element.js';
import type { InputLevel, InputMode, InputState, VoiceInput } from '../voice/voice-input.js';

/** The same input; `onElement` is told of each element that the session reads. */
export class TappedInput implements VoiceInput {
  readonly elements: ChannelReader<StreamElement>;
  readonly #inner: VoiceInput;

  constructor(inner: VoiceInput, onElement: (element: StreamElement) => void) {
    this.#inner = inner;
    const { elements } = inner;
    const seen = (element: StreamElement | undefined): StreamElement | undefined => {
      if (element !== undefined) onElement(element);
      return element;
    };
    const tapped: ChannelReader<StreamElement> = {
      tryRead: () => seen(elements.tryRead()),
      read: async () => seen(await elements.read()),
      cancel: (reason) => elements.cancel(reason),
      get size() {
        return elements.size;
      },
      get ended() {
        return elements.ended;
      },
      async *[Symbol.asyncIterator]() {
        for await (const element of elements) {
          onElement(element);
          yield element;
        }
      },
    };
    this.elements = tapped;
  }

  get state(): InputState {
    return this.#inner.state;
  }

  start(options?: { readonly signal?: AbortSignal }): Promise<void> {
    return this.#inner.start(options);
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  setMode(mode: InputMode): void {
    this.#inner.setMode(mode);
  }

  hold(): void {
    this.#inner.hold();
  }

  release(): void {
    this.#inner.release();
  }

  onState(listener: (state: InputState, error?: Error) => void): () => void {
    return this.#inner.onState(listener);
  }

  onLevel(listener: (level: InputLevel) => void): () => void {
    return this.#inner.onLevel(listener);
  }
}
