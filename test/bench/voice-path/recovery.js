// Runs in Chromium: how long it takes from the moment a microphone can be had again to the first samples of it in the
// audio worker. A level that arrives is a level of samples that did.
import { createMicrophone } from '/dist/browser/microphone.js';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A device of this page's own: a stream that the case can end, refuse or mute. */
async function device() {
  const context = new AudioContext();
  await context.resume();
  const tone = context.createOscillator();
  tone.start();
  const tracks = [];
  let refusal;
  return {
    open: async () => {
      if (refusal !== undefined) throw new DOMException('no', refusal);
      const destination = context.createMediaStreamDestination();
      tone.connect(destination);
      tracks.push(...destination.stream.getTracks());
      return destination.stream;
    },
    unplug() {
      for (const track of tracks.splice(0)) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    },
    refuse(name) { refusal = name; },
    mute(muted) {
      for (const track of tracks) {
        Object.defineProperty(track, 'muted', { value: muted, configurable: true });
        track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
      }
    },
    close: () => context.close(),
  };
}

const event = () => navigator.mediaDevices.dispatchEvent(new Event('devicechange'));

// Each case takes the microphone away and gives it back; what it returns is when it was to be had again.
const CASES = {
  'unplugged, another is there': async (mic) => { mic.unplug(); return performance.now(); },
  'unplugged, another is plugged in after 0.7 s': async (mic) => { mic.refuse('NotFoundError'); mic.unplug(); await sleep(700); mic.refuse(undefined); event(); return performance.now(); },
  'unplugged, another is plugged in after 4 s': async (mic) => { mic.refuse('NotFoundError'); mic.unplug(); await sleep(4000); mic.refuse(undefined); event(); return performance.now(); },
  'busy for 0.9 s, and nothing tells when it is free': async (mic) => { mic.refuse('NotReadableError'); mic.unplug(); await sleep(900); mic.refuse(undefined); return performance.now(); },
  'another default device': async (_mic, state) => { state.group = `group ${performance.now()}`; event(); return performance.now(); },
  'muted by the system for half a second': async (mic) => { mic.mute(true); await sleep(500); mic.mute(false); return performance.now(); },
  'context taken away': async (_mic, state) => { await state.contexts.at(-1).suspend(); return performance.now(); },
  'permission taken away and given back': async (mic, state) => {
    mic.refuse('NotAllowedError');
    mic.unplug();
    state.permission.state = 'denied';
    state.permission.onchange?.();
    await sleep(500);
    mic.refuse(undefined);
    state.permission.state = 'granted';
    state.permission.onchange?.();
    return performance.now();
  },
};

window.recoveryCases = Object.keys(CASES);
window.measureRecovery = async (name) => {
  // A browser that grants everything by itself, as the tests' does, has no permission that changes: this page's own stands in.
  const state = { contexts: [], group: 'desk', permission: { state: 'granted', onchange: null } };
  navigator.permissions.query = async () => state.permission;
  const Real = AudioContext;
  window.AudioContext = class extends Real { constructor(options) { super(options); state.contexts.push(this); } };
  const { enumerateDevices } = navigator.mediaDevices;
  navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'audioinput', deviceId: 'default', groupId: state.group, label: '' }];
  const mic = await device();
  state.contexts.length = 0;
  const microphone = createMicrophone({ openStream: mic.open });
  const states = [];
  const heard = [];
  microphone.onState((now) => states.push(now));
  microphone.onLevel(() => heard.push(performance.now()));
  await microphone.start();
  while (heard.length < 5) await sleep(10);
  const at = await CASES[name](mic, state);
  // Levels of before that were under way do not count: the state has been left and come back to.
  while (states.filter((one) => one === 'listening').length < 2) await sleep(2);
  const back = performance.now();
  heard.length = 0;
  while (heard.length === 0) await sleep(2);
  await microphone.close();
  await mic.close();
  window.AudioContext = Real;
  navigator.mediaDevices.enumerateDevices = enumerateDevices;
  delete navigator.permissions.query;
  return { ms: Math.max(heard[0], back) - at, states };
};

// A page in the background: samples that arrived and samples that were lost while it was hidden.
window.beginBackground = async () => {
  const microphone = createMicrophone();
  await microphone.start();
  await sleep(500);
  const before = await microphone.stats();
  const begun = performance.now();
  let hidden = 0;
  document.addEventListener('visibilitychange', () => { hidden += document.visibilityState === 'hidden'; });
  window.endBackground = async () => {
    const after = await microphone.stats();
    const seconds = (performance.now() - begun) / 1000;
    await microphone.close();
    return { hidden, lost: after.framesDropped, share: (after.framesReceived - before.framesReceived) / (seconds * after.deviceSampleRate), recoveries: after.recoveries };
  };
};
window.recoveryReady = true;
