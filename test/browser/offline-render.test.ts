// The worklets under OfflineAudioContext: no clock and no device, so that two runs must give the same bits.
import { expect, it } from 'vitest';
import { CAPTURE_PROCESSOR } from '../../src/browser/capture-message.js';
import { captureWorkletEntry, playoutWorkletEntry } from '../../src/browser/entries.js';
import { addWorklet } from '../../src/browser/entry.js';
import { PLAYOUT_PROCESSOR, type PlayoutNotice, type PlayoutSetup } from '../../src/browser/playout-link.js';
import { sampleReceiver, sampleRoute } from '../../src/browser/sample-transport.js';
import { loadAudio } from '../../src/wasm/audio-load.js';
import { noiseSamples, voiceSamples } from './fake-voice.js';
import { frames, until } from './sounds.js';

const RATE = 44100;

async function hash(samples: Float32Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', samples.slice().buffer));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Two seconds of the playout worklet: a second of voice that is never ended, so that a gap is hidden behind it. */
async function played(voice: Float32Array): Promise<{ output: Float32Array; notices: PlayoutNotice[] }> {
  const context = new OfflineAudioContext(1, 2 * RATE, RATE);
  await addWorklet(context, playoutWorkletEntry);
  const processorOptions: PlayoutSetup = { module: await loadAudio(), capacityMs: 4000, reportEveryMs: 100, prebufferMs: 60, slowBelowMs: 160 };
  const node = new AudioWorkletNode(context, PLAYOUT_PROCESSOR, { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1], processorOptions });
  node.connect(context.destination);
  const notices: PlayoutNotice[] = [];
  node.port.onmessage = (event: MessageEvent<PlayoutNotice>) => notices.push(event.data);
  node.port.postMessage({ type: 'open', generation: 1 });
  for (let at = 0; at < voice.length; at += 5000) node.port.postMessage({ type: 'audio', generation: 1, samples: voice.slice(at, at + 5000) });
  // Everything must have arrived before rendering begins.
  node.port.postMessage({ type: 'report' });
  await until(() => notices.some(({ buffered }) => buffered === voice.length));
  const rendered = await context.startRendering();
  await until(() => notices.some(({ type }) => type === 'underrun'));
  return { output: rendered.getChannelData(0), notices };
}

/** What the capture worklet sends of a sound, over a port. */
async function captured(sound: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const begin = 10 * 128;
  const context = new OfflineAudioContext(1, begin + sound.length, RATE);
  await addWorklet(context, captureWorkletEntry);
  const node = new AudioWorkletNode(context, CAPTURE_PROCESSOR, { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1], channelCount: 1, channelCountMode: 'explicit' });
  const route = sampleRoute(RATE, false);
  const whole = new Float32Array(sound.length);
  let received = 0;
  const receiver = sampleReceiver(route.source, 441, (block, lost) => {
    expect(lost).toBe(0);
    whole.set(block, received);
    received += block.length;
  });
  const buffer = context.createBuffer(1, sound.length, RATE);
  buffer.copyToChannel(sound, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start(begin / RATE);
  // The worklet does not say when it is connected, so rendering waits for it where the sound begins.
  void context.suspend(begin / RATE).then(async () => {
    node.port.postMessage({ type: 'connect', sink: route.sink }, route.sinkTransfer);
    await frames(12);
    await context.resume();
  });
  await context.startRendering();
  const expected = Math.floor(sound.length / 441) * 441;
  await until(() => received === expected);
  receiver.close();
  return whole.subarray(0, expected);
}

it('renders an answer and the gap behind it to the same bits every time, the answer sample for sample', async () => {
  const voice = voiceSamples(RATE, 1000);
  const first = await played(voice);
  const second = await played(voice);
  expect(await hash(first.output)).toBe(await hash(second.output));
  expect(second.notices.filter(({ type }) => type !== 'position')).toEqual(first.notices.filter(({ type }) => type !== 'position'));
  const started = first.notices.find(({ type }) => type === 'started')?.contextFrame ?? -1;
  const [underrun] = first.notices.filter(({ type }) => type === 'underrun');
  expect(underrun).toMatchObject({ position: voice.length, contextFrame: started + voice.length });
  expect(first.output.subarray(started, started + voice.length)).toEqual(voice);
  // Behind it 60 ms of made-up sound, and then nothing.
  const behind = first.output.subarray(started + voice.length);
  expect(behind.subarray(0, Math.round(RATE * 0.03)).some((sample) => sample !== 0)).toBe(true);
  expect(behind.subarray(Math.round(RATE * 0.07)).every((sample) => sample === 0)).toBe(true);
});

it('captures a sound to the same bits every time, and they are those of the sound', async () => {
  const sound = voiceSamples(RATE, 400);
  noiseSamples(RATE, 400).forEach((value, n) => (sound[n] = (sound[n] as number) + value));
  const first = await captured(sound);
  expect(await hash(await captured(sound))).toBe(await hash(first));
  expect(first).toEqual(sound.subarray(0, first.length));
});
