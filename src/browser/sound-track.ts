/** Samples as a live track: what interfaces that take only a `MediaStreamTrack` are fed with. */
import type { AudioChunk } from '../audio/chunk.js';
import { monoSamples } from './rate-converter.js';

// Scheduled this far ahead, a chunk is in time for the next device callback.
const LEAD_S = 0.05;

/** A track that plays what is pushed, in real time. */
export class SoundTrack {
  readonly #context: AudioContext;
  readonly #destination: MediaStreamAudioDestinationNode;
  #cursor = 0;

  /** Runs at `sampleRate`, so that nothing is converted on the way into the track. */
  constructor(sampleRate: number) {
    this.#context = new AudioContext({ sampleRate });
    this.#destination = this.#context.createMediaStreamDestination();
    // A context that is not allowed to run yet plays on when it is; recognition then starts late, not never.
    this.#context.resume().catch(() => undefined);
  }

  /** The track. */
  get track(): MediaStreamTrack {
    return this.#destination.stream.getAudioTracks()[0] as MediaStreamTrack; // a destination node has one
  }

  /** Milliseconds until everything pushed has been played. */
  get remainingMs(): number {
    return Math.max(0, this.#cursor - this.#context.currentTime) * 1000;
  }

  /** Plays the chunk behind those before it. Throws `InvalidOptionError` for compressed audio. */
  push(chunk: AudioChunk): void {
    const samples = monoSamples(chunk);
    if (samples.length === 0) return;
    const buffer = this.#context.createBuffer(1, samples.length, chunk.sampleRate);
    buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#destination);
    this.#cursor = Math.max(this.#cursor, this.#context.currentTime + LEAD_S);
    source.start(this.#cursor);
    this.#cursor += buffer.duration;
  }

  /** Ends the track. */
  async close(): Promise<void> {
    this.track.stop();
    await this.#context.close();
  }
}
