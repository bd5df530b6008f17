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

/** Makes one; noise of −60 dB runs all the time, as in a quiet room. */
export async function fakeVoice(): Promise<FakeVoice> {
  const context = new AudioContext();
  await context.resume();
  const mix = context.createGain();
  const noise = context.createBufferSource();
  noise.buffer = noiseBuffer(context);
  noise.loop = true;
  noise.connect(mix);
  noise.start();
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
      source.buffer = voiceBuffer(context, durationMs);
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

function noiseBuffer(context: BaseAudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  let seed = 1;
  for (let n = 0; n < samples.length; n++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    samples[n] = (seed / 2147483648 - 1) * 0.001;
  }
  return buffer;
}

// A pulse train of 120 Hz through three resonances that move, in syllables of 200 ms: what voice activity looks for.
function voiceBuffer(context: BaseAudioContext, durationMs: number): AudioBuffer {
  const { sampleRate } = context;
  const buffer = context.createBuffer(1, Math.round((durationMs * sampleRate) / 1000), sampleRate);
  const samples = buffer.getChannelData(0);
  const states = [0, 1, 2].map(() => [0, 0]);
  let phase = 0;
  for (let n = 0; n < samples.length; n++) {
    const time = n / sampleRate;
    phase += (120 + 15 * Math.sin(2 * Math.PI * 3 * time)) / sampleRate;
    let value = 0;
    if (phase >= 1) {
      phase -= 1;
      value = 1;
    }
    [600 + 150 * Math.sin(2 * Math.PI * 4 * time), 1300 + 300 * Math.sin(2 * Math.PI * 2.5 * time), 2500].forEach((hz, index) => {
      const state = states[index] as number[]; // one per resonance
      const radius = Math.exp((-Math.PI * 90) / sampleRate);
      const next = value + 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRate) * (state[0] as number) - radius * radius * (state[1] as number);
      state[1] = state[0] as number;
      state[0] = next;
      samples[n] = (samples[n] as number) + next * 0.05;
    });
    const syllable = time % 0.25;
    samples[n] = (samples[n] as number) * Math.min(1, syllable / 0.02) * (syllable < 0.2 ? 1 : 0.3);
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  for (let n = 0; n < samples.length; n++) samples[n] = (samples[n] as number) * (0.5 / peak);
  return buffer;
}
