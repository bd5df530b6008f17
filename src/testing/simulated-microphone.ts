/**
 * A microphone in a simulated room, on a clock. It sends what a real one sends, in the same order and
 * at the same moments of audio time: onset, pre-roll, audio, a mark once the speech is long enough to
 * be meant, and the end after the silence.
 */
import { AudioChunk } from '../audio/chunk.js';
import type { SegmentEvent } from '../audio/segmenter.js';
import type { Clock } from '../base/clock.js';
import { ClosedError } from '../base/errors.js';
import { requireNumber } from '../base/option.js';
import { Channel } from '../stream/channel.js';
import { audioElement, element, type StreamElement } from '../stream/element.js';
import type { InputLevel, InputMode, InputState, SpeechEndMetadata, SpeechStartMetadata, VoiceInput } from '../voice/voice-input.js';
import { EAR_FRAME_MS, realEar, toldEar, type Ear } from './simulated-ear.js';
import type { SimulatedRoom } from './simulated-room.js';

// Voiced time after which speech counts as meant; voice.md 6.4.
const MEANT_MS = 250;
const PRE_ROLL_FRAMES = 400 / EAR_FRAME_MS;
// Frames that travel together.
const BATCH = 5;

/** How a {@link SimulatedMicrophone} hears. */
export interface SimulatedMicrophoneOptions {
  readonly clock: Clock;
  readonly room: SimulatedRoom;
  /** Source of the room's noise where sound is real; without it the room tells what is speech. */
  readonly noise?: () => number;
}

/** A microphone in a room that does not exist. */
export class SimulatedMicrophone implements VoiceInput {
  readonly elements: Channel<StreamElement> = new Channel({ capacity: 4096 });
  readonly #clock: Clock;
  readonly #room: SimulatedRoom;
  readonly #ear: Ear;
  readonly #stateListeners = new Set<(state: InputState, error?: Error) => void>();
  #state: InputState = 'stopped';
  #mode: InputMode = 'handsFree';
  #endSilenceMs = 500;
  #cancelTick: (() => void) | undefined;
  #frames: Float32Array[] = [];
  /** ScenarioMoment the ear heard its first sample. */
  #originMs = 0;
  #frameEndMs = 0;
  /** End of the last frame that is kept. */
  #keptEndMs = 0;
  #open = false;
  #held = false;
  #batched = 0;
  #voicedMs = 0;
  #voicedEndMs = 0;
  #meant = false;

  constructor({ clock, room, noise }: SimulatedMicrophoneOptions) {
    this.#clock = clock;
    this.#room = room;
    this.#ear = noise === undefined ? toldEar((event) => this.#hear(event)) : realEar((event) => this.#hear(event), noise);
    room.onSound = () => this.#wake();
  }

  get state(): InputState {
    return this.#state;
  }

  start(): Promise<void> {
    if (this.elements.closed) return Promise.reject(new ClosedError('SimulatedMicrophone'));
    this.#setState('listening');
    this.#wake();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.#open) this.#end(this.#clock.now(), false, true);
    this.#sleep();
    this.#setState('stopped');
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.stop();
    this.#room.onSound = undefined;
    this.elements.close();
    this.#ear.close();
  }

  setMode(mode: InputMode): void {
    this.#mode = mode;
  }

  setEndSilence(silenceMs: number): void {
    this.#endSilenceMs = requireNumber('SimulatedMicrophone.setEndSilence.silenceMs', silenceMs, { min: 10, max: 60000 });
  }

  hold(): void {
    if (this.#mode !== 'hold' || this.#state !== 'listening' || this.#open) return;
    this.#held = true;
    this.#wake();
    this.#begin(this.#clock.now());
    this.#mean();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#end(this.#clock.now(), this.#voicedMs === 0, false);
  }

  onState(listener: (state: InputState, error?: Error) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onLevel(_listener: (level: InputLevel) => void): () => void {
    return () => undefined; // nobody looks at a simulation while it runs
  }

  /** Begins to listen, unless it does. */
  #wake(): void {
    if (this.#cancelTick !== undefined || this.#state !== 'listening') return;
    this.#originMs = this.#clock.now();
    this.#frameEndMs = this.#originMs;
    this.#frames = [];
    this.#ear.reset(this.#endSilenceMs);
    this.#schedule();
  }

  #sleep(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #schedule(): void {
    this.#cancelTick = this.#clock.after(this.#frameEndMs + EAR_FRAME_MS - this.#clock.now(), () => this.#tick());
  }

  #tick(): void {
    this.#frameEndMs += EAR_FRAME_MS;
    const { samples, voiced } = this.#ear.listen(this.#room, this.#frameEndMs);
    if (!this.#ear.continuous && !this.#open && !voiced && this.#room.endMs < this.#frameEndMs - 200) return this.#sleep();
    this.#schedule();
    this.#frames.push(samples);
    this.#keptEndMs = this.#frameEndMs;
    if (!this.#open) {
      if (this.#frames.length > PRE_ROLL_FRAMES) this.#frames.shift();
      return;
    }
    if (++this.#batched >= BATCH) this.#send();
    if (!voiced) return;
    this.#voicedMs += EAR_FRAME_MS;
    this.#voicedEndMs = this.#frameEndMs;
    if (!this.#meant && this.#voicedMs >= MEANT_MS) this.#mean();
  }

  /** Called from inside `listen`, before the frame is kept. */
  #hear(event: SegmentEvent): void {
    if (this.#mode === 'hold') return;
    if (event.type === 'speechStart') this.#begin(this.#originMs + event.startMs);
    else if (!this.#open) return;
    else if (event.type === 'misfire') this.#end(this.#originMs + event.startMs, true, false);
    else if (event.type === 'speechEnd') this.#end(this.#originMs + event.endMs, false, event.reason === 'maxTurn');
  }

  #begin(onsetMs: number): void {
    this.#open = true;
    this.#meant = false;
    this.#voicedMs = 0;
    this.#voicedEndMs = onsetMs;
    this.#batched = 0;
    this.#write(element({ type: 'speechStart' }, { timestampMs: this.#clock.epochMs(), metadata: { onsetMs, detectedMs: this.#clock.now() } satisfies SpeechStartMetadata }));
    this.#send();
  }

  #mean(): void {
    this.#meant = true;
    this.#write(element({ type: 'interrupt', reason: 'speech' }, { timestampMs: this.#clock.epochMs() }));
  }

  #end(endMs: number, misfire: boolean, truncated: boolean): void {
    this.#send();
    this.#open = false;
    const speechMs = misfire ? 0 : Math.max(0, this.#voicedMs);
    this.#write(element({ type: 'speechEnd' }, { timestampMs: this.#clock.epochMs(), metadata: { endMs: this.#mode === 'hold' ? this.#voicedEndMs : endMs, speechMs, misfire, truncated } satisfies SpeechEndMetadata }));
  }

  /** Sends the frames that are kept; their time is that of their first sample on the clock. */
  #send(): void {
    this.#batched = 0;
    const frames = this.#frames.splice(0);
    if (frames.length === 0) return;
    const length = (frames[0] as Float32Array).length; // there is one
    const samples = new Float32Array(frames.length * length);
    frames.forEach((frame, n) => samples.set(frame, n * length));
    this.#write(audioElement(new AudioChunk({ float32: samples, sampleRate: 16000, timestampMs: this.#keptEndMs - frames.length * EAR_FRAME_MS }), { timestampMs: this.#clock.epochMs() }));
  }

  #write(item: StreamElement): void {
    this.elements.tryWrite(item); // refused when nobody listens any more; the channel holds more than any conversation has at once
  }

  #setState(state: InputState, error?: Error): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state, error);
  }
}
