// Runs in Chromium: how long it takes from the decision of a worker to the last sound, and from the device to the
// audio worker, with and without a main thread that is busy 80 of every 100 ms.
import { AudioChunk } from '/dist/audio/chunk.js';
import { CAPTURE_PROCESSOR } from '/dist/browser/capture-message.js';
import { PLAYOUT_PROCESSOR } from '/dist/browser/playout-link.js';
import { sampleRoute } from '/dist/browser/sample-transport.js';
import { createSpeaker } from '/dist/browser/speaker.js';
import { createMicrophone } from '/dist/browser/microphone.js';
import { loadAudio } from '/dist/wasm/audio-load.js';

// Stands between the speaker and the device and tells when sound stops: the wall clock of the block that held the
// last sample, in ms. `Date.now` is the only clock of that scope.
const TAPE = `registerProcessor('tape', class extends AudioWorkletProcessor {
  constructor() { super(); this.sounding = false; this.last = 0; }
  process([[input]], [[output]]) {
    if (input === undefined) return true;
    output.set(input);
    let sounds = false;
    for (let n = 0; n < input.length; n++) if (input[n] !== 0) { sounds = true; break; }
    if (sounds) this.last = Date.now();
    else if (this.sounding) this.port.postMessage(this.last);
    this.sounding = sounds;
    return true;
  }
});`;

// Stands in for the microphone: every sample is the time at which its quantum was rendered, in whole milliseconds.
const STAMP = `registerProcessor('stamp', class extends AudioWorkletProcessor {
  constructor({ processorOptions }) { super(); this.from = processorOptions.from; }
  process(_inputs, [[output]]) { output.fill(Date.now() - this.from); return true; }
});`;

// The audio worker's part: tells the voice to pause, as it does when an onset is confirmed, and when it did.
const DECIDER = `let port;
onmessage = ({ data }) => {
  if (data instanceof MessagePort) { port = data; port.onmessage = () => undefined; return; }
  if (data === 'pause') setTimeout(() => { const at = performance.timeOrigin + performance.now(); port.postMessage({ type: 'pause' }); postMessage(at); }, Math.random() * 40);
  else port.postMessage({ type: 'resume' });
};`;

const blob = (code) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function load(busy) {
  let on = busy;
  void (async () => {
    while (on) {
      const end = performance.now() + 80;
      while (performance.now() < end) Math.sqrt(end);
      await sleep(20);
    }
  })();
  return () => { on = false; };
}

// From the worker's decision to the last sound: milliseconds per try.
window.measureSilencing = async (tries, busy) => {
  const context = new AudioContext();
  await context.audioWorklet.addModule(blob(TAPE));
  const tape = new AudioWorkletNode(context, 'tape', { outputChannelCount: [1] });
  const device = context.destination;
  tape.connect(device);
  Object.defineProperty(context, 'destination', { value: tape });
  const speaker = createSpeaker({ context });
  await speaker.start();
  const control = await speaker.openControl(false);
  const worker = new Worker(blob(DECIDER));
  worker.postMessage(control.port, [control.port]);
  const playback = speaker.begin();
  const samples = Float32Array.from({ length: 48000 * 3 }, (_, n) => 0.3 * Math.sin(n / 20));
  void (async () => { while (await playback.write(new AudioChunk({ float32: samples, sampleRate: 48000 }))) continue; })();
  await sleep(500);
  const stop = load(busy);
  const times = [];
  for (let n = 0; n < tries; n++) {
    const decided = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
    const silent = new Promise((resolve) => { tape.port.onmessage = ({ data }) => resolve(data); });
    worker.postMessage('pause');
    const [decidedAt, lastAt] = await Promise.all([decided, silent]);
    // The tape's clock counts whole milliseconds: the block was rendered within the one that follows.
    times.push(lastAt + 1 - decidedAt);
    worker.postMessage('resume');
    await sleep(200 + Math.random() * 60);
  }
  stop();
  playback.cut();
  worker.terminate();
  await speaker.close();
  await context.close();
  return times;
};

// Whether anything is lost on the way to the worker while this thread is busy.
window.measureCapture = async (durationMs, sharedMemory, busy) => {
  const microphone = createMicrophone({ sharedMemory });
  let levels = 0;
  microphone.onLevel(() => { levels++; });
  await microphone.start();
  const stop = load(busy);
  await sleep(durationMs);
  stop();
  const stats = await microphone.stats();
  await microphone.close();
  return { ...stats, levels };
};
// From the render of a quantum in the capture worklet to its arrival in a worker, in ms: that of the newest samples of each
// block of 10 ms. The worklet's clock counts whole milliseconds, so each time is up to one too long.
window.measureCaptureDelay = async (durationMs, sharedMemory, busy) => {
  const context = new AudioContext();
  await context.audioWorklet.addModule(blob(STAMP));
  await context.audioWorklet.addModule('/dist/browser/capture.worklet.js');
  await context.resume();
  const from = Date.now();
  const stamp = new AudioWorkletNode(context, 'stamp', { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { from } });
  const capture = new AudioWorkletNode(context, CAPTURE_PROCESSOR, { outputChannelCount: [1], channelCount: 1, channelCountMode: 'explicit' });
  const route = sampleRoute(context.sampleRate, sharedMemory);
  const worker = new Worker('./receiver.js', { type: 'module' });
  const answer = () => new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
  const begun = answer();
  worker.postMessage({ source: route.source, blockFrames: Math.round(context.sampleRate / 100), from }, route.sourceTransfer);
  await begun;
  capture.port.postMessage({ type: 'connect', sink: route.sink }, route.sinkTransfer);
  stamp.connect(capture).connect(context.destination);
  await sleep(500);
  const stop = load(busy);
  worker.postMessage('begin');
  await sleep(durationMs);
  stop();
  const delays = answer();
  worker.postMessage('end');
  const times = await delays;
  worker.terminate();
  await context.close();
  return times;
};

// Mean cost of a quantum of the playout worklet in µs: a context without a device renders as fast as it can.
window.measureOffline = async (seconds) => {
  const rate = 48000;
  const sound = Float32Array.from({ length: rate * seconds }, (_, n) => 0.3 * Math.sin(n / 11));
  const render = async (withVoice) => {
    const context = new OfflineAudioContext(1, rate * seconds, rate);
    await context.audioWorklet.addModule('/dist/browser/playout.worklet.js');
    const node = new AudioWorkletNode(context, PLAYOUT_PROCESSOR, { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { module: await loadAudio(), capacityMs: seconds * 1000 + 1000, reportEveryMs: 20, prebufferMs: 60, slowBelowMs: 160 } });
    node.connect(context.destination);
    const held = new Promise((resolve) => { node.port.onmessage = ({ data }) => { if (!withVoice || data.buffered === sound.length) resolve(); }; });
    if (withVoice) {
      node.port.postMessage({ type: 'open', generation: 1 });
      node.port.postMessage({ type: 'audio', generation: 1, samples: sound.slice() });
    }
    node.port.postMessage({ type: 'report' });
    await held;
    const begun = performance.now();
    const { length } = await context.startRendering();
    return ((performance.now() - begun) * 1000) / (length / 128);
  };
  await render(true);
  return { playing: await render(true), silent: await render(false) };
};
window.ready = true;
