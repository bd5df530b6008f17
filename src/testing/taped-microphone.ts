/** A microphone that sends what another one sent, at the same moments. */
import { AudioChunk } from '../audio/chunk.js';
import type { Clock } from '../base/clock.js';
import { ClosedError } from '../base/errors.js';
import { Channel } from '../stream/channel.js';
import { audioElement, element, type StreamElement } from '../stream/element.js';
import type { InputState, SpeechEndMetadata, SpeechStartMetadata, VoiceInput } from '../voice/voice-input.js';
import type { RecordedElement } from './scenario.js';

/** A recorded microphone. */
export class TapedMicrophone implements VoiceInput {
  readonly elements: Channel<StreamElement> = new Channel({ capacity: 65536 });
  readonly #clock: Clock;
  readonly #cancels: (() => void)[];
  #state: InputState = 'stopped';

  /** Begins at once; the tape's times count from the clock's present. */
  constructor(clock: Clock, tape: readonly RecordedElement[]) {
    this.#clock = clock;
    const originMs = clock.now();
    this.#cancels = tape.map((recorded) => clock.after(recorded.at, () => {
      if (!this.elements.closed) this.elements.tryWrite(this.#element(recorded, originMs));
    }));
  }

  get state(): InputState {
    return this.#state;
  }

  start(): Promise<void> {
    if (this.elements.closed) return Promise.reject(new ClosedError('TapedMicrophone'));
    this.#state = 'listening';
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#state = 'stopped';
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.elements.close();
    return this.stop();
  }

  setMode(): void {
    // The tape holds what came of every mode.
  }

  hold(): void {
    // likewise
  }

  release(): void {
    // likewise
  }

  onState(_listener: (state: InputState) => void): () => void {
    return () => undefined; // a tape has no device
  }

  onLevel(): () => void {
    return () => undefined;
  }

  #element(recorded: RecordedElement, originMs: number): StreamElement {
    const timestampMs = this.#clock.epochMs();
    switch (recorded.element) {
      case 'speechStart':
        return element({ type: 'speechStart' }, { timestampMs, metadata: { onsetMs: originMs + recorded.onsetMs, detectedMs: originMs + recorded.detectedMs } satisfies SpeechStartMetadata });
      case 'audio':
        return audioElement(new AudioChunk({ float32: new Float32Array(Math.round(recorded.ms * 16)), sampleRate: 16000, timestampMs: originMs + recorded.at - recorded.ms }), { timestampMs });
      case 'interrupt':
        return element({ type: 'interrupt', reason: 'speech' }, { timestampMs });
      case 'speechEnd': {
        const { endMs, speechMs, misfire, truncated } = recorded;
        return element({ type: 'speechEnd' }, { timestampMs, metadata: { endMs: originMs + endMs, speechMs, misfire, truncated } satisfies SpeechEndMetadata });
      }
    }
  }
}
