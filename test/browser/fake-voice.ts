import { trimmed } from './sounds.js';

/** A microphone whose sound the test decides: a stream of a context's own, with a voice-like sound on demand. */

/** A stream source under the control of a test. */
export interface FakeVoice {
  /** Stands in for `getUserMedia`. */
  open(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** Begins a voice-like sound now. */
  speak(durationMs: number): void;
  /** Ends all tracks, as a device that is unplugged does. */
  unplug(): void;
  readonly tracks: readonly MediaStreamTrack[];
  close(): Promise<void>;
}

/** Makes one; it is silent until it speaks, and then speaks as the recordings of the end-to-end tests do. */
export async function fakeVoice(): Promise<FakeVoice> {
  const context = new AudioContext();
  const spoken = await speech(context);
  await context.resume();
  const mix = context.createGain();
  // A source that runs keeps the stream alive while nothing is said.
  const silence = context.createConstantSource();
  silence.offset.value = 0;
  silence.connect(mix);
  silence.start();
  const tracks: MediaStreamTrack[] = [];
  return {
    tracks,
    async open() {
      const destination = context.createMediaStreamDestination();
      mix.connect(destination);
      tracks.push(...destination.stream.getTracks());
      return destination.stream;
    },
    speak(durationMs) {
      const source = context.createBufferSource();
      source.buffer = bufferOf(context, repeated(spoken, (durationMs * context.sampleRate) / 1000));
      source.connect(mix);
      source.start();
    },
    unplug() {
      for (const track of tracks) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    },
    close: () => context.close(),
  };
}

/** Steady noise at −66 dB. */
export function noiseSamples(sampleRate: number, durationMs: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round((durationMs * sampleRate) / 1000));
  let seed = 1;
  for (let n = 0; n < samples.length; n++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    samples[n] = (seed / 2147483648 - 1) * 0.001;
  }
  return samples;
}

/** A pulse train of 120 Hz through three resonances that move, in syllables of 250 ms: what voice activity looks for. */
export function voiceSamples(sampleRate: number, durationMs: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round((durationMs * sampleRate) / 1000));
  const states = [0, 1, 2].map(() => [0, 0]);
  const radius = Math.exp((-Math.PI * 90) / sampleRate);
  let phase = 0;
  for (let n = 0; n < samples.length; n++) {
    const time = n / sampleRate;
    phase += (120 + 15 * Math.sin(2 * Math.PI * 3 * time)) / sampleRate;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    let sum = 0;
    [600 + 150 * Math.sin(2 * Math.PI * 4 * time), 1300 + 300 * Math.sin(2 * Math.PI * 2.5 * time), 2500].forEach((hz, index) => {
      const state = states[index] as number[]; // one per resonance
      const next = pulse + 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRate) * (state[0] as number) - radius * radius * (state[1] as number);
      state[1] = state[0] as number;
      state[0] = next;
      sum += next;
    });
    const syllable = time % 0.25;
    samples[n] = sum * Math.min(1, syllable / 0.02) * (syllable < 0.2 ? 1 : 0.3);
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  for (let n = 0; n < samples.length; n++) samples[n] = (samples[n] as number) * (0.5 / peak);
  return samples;
}

// The words of a recording, without the silence around them.
async function speech(context: BaseAudioContext): Promise<Float32Array> {
  const file = await fetch(new URL('../fixtures/speech/what-time.wav', import.meta.url));
  const samples = (await context.decodeAudioData(await file.arrayBuffer())).getChannelData(0);
  return trimmed(samples, 0.02);
}

function repeated(samples: Float32Array, length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round(length) }, (_, n) => samples[n % samples.length] as number);
}

function bufferOf(context: BaseAudioContext, samples: Float32Array<ArrayBuffer>): AudioBuffer {
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  return buffer;
}
