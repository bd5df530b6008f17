/** Sounds and measurements for the audio tests. */
import { AudioChunk } from '../../src/audio/chunk.js';

/** A sine of `hz` at `sampleRate`. */
export function sine(hz: number, durationMs: number, sampleRate: number, amplitude = 0.5): Float32Array {
  return Float32Array.from({ length: Math.round((durationMs * sampleRate) / 1000) }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / sampleRate));
}

/** A chunk of a sine. */
export function sineChunk(hz: number, durationMs: number, sampleRate = 16000, amplitude = 0.5): AudioChunk {
  return new AudioChunk({ float32: sine(hz, durationMs, sampleRate, amplitude), sampleRate });
}

const TAPE = `registerProcessor('tape', class extends AudioWorkletProcessor {
  constructor() { super(); this.parts = []; this.port.onmessage = () => this.port.postMessage(this.parts); }
  process(inputs, outputs) {
    const block = inputs[0]?.[0];
    this.parts.push(block ? block.slice() : new Float32Array(128));
    if (block) outputs[0]?.[0]?.set(block);
    return true;
  }
})`;

/** A recording in progress. */
export interface Tape {
  stop(): Promise<Float32Array>;
}

async function tapeNode(context: AudioContext): Promise<AudioWorkletNode> {
  const url = URL.createObjectURL(new Blob([TAPE], { type: 'text/javascript' }));
  await context.audioWorklet.addModule(url);
  URL.revokeObjectURL(url);
  return new AudioWorkletNode(context, 'tape', { outputChannelCount: [1] });
}

function recordingOf(node: AudioWorkletNode): Tape {
  return {
    stop: () =>
      new Promise((resolve) => {
        node.port.onmessage = (event: MessageEvent<Float32Array[]>) => {
          node.disconnect();
          const samples = new Float32Array(event.data.length * 128);
          event.data.forEach((part, n) => samples.set(part, n * 128));
          resolve(samples);
        };
        node.port.postMessage(null);
      }),
  };
}

/** Everything that a media stream carries; the stream may skip where two contexts meet. */
export async function record(stream: MediaStream, context: AudioContext): Promise<Tape> {
  const node = await tapeNode(context);
  context.createMediaStreamSource(stream).connect(node).connect(context.destination);
  return recordingOf(node);
}

/** A context between whose nodes and device a tape runs: every sample that is rendered, and no other. */
export async function tapedContext(): Promise<{ readonly context: AudioContext; readonly tape: Tape }> {
  const context = new AudioContext();
  const node = await tapeNode(context);
  node.connect(context.destination);
  Object.defineProperty(context, 'destination', { value: node });
  return { context, tape: recordingOf(node) };
}

/** The part of a recording between its first and last sample above `threshold`; empty when there is none. */
export function trimmed(samples: Float32Array, threshold = 0.01): Float32Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > threshold);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > threshold);
  return first < 0 ? new Float32Array(0) : samples.subarray(first, last + 1);
}

/** Largest step between neighbours. */
export function largestStep(samples: Float32Array): number {
  let step = 0;
  for (let n = 1; n < samples.length; n++) step = Math.max(step, Math.abs((samples[n] as number) - (samples[n - 1] as number)));
  return step;
}

/** Normalised correlation of two signals at the best alignment within `range` samples. */
export function bestCorrelation(a: Float32Array, b: Float32Array, range: number): number {
  let best = -1;
  for (let lag = -range; lag <= range; lag++) {
    let ab = 0;
    let aa = 0;
    let bb = 0;
    for (let n = Math.max(0, -lag); n < Math.min(a.length, b.length - lag); n++) {
      const x = a[n] as number;
      const y = b[n + lag] as number;
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    best = Math.max(best, ab / Math.sqrt(aa * bb || 1));
  }
  return best;
}

/** Waits until `condition` holds, looking at it on every animation frame. */
export async function until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Waits for `count` animation frames: time for other threads, however slow the machine. */
export async function frames(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
