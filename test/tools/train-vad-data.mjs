// Training data of the voice activity detector: speech from espeak-ng, rooms, noises made here.
// Nothing is downloaded; everything follows from the seed and the installed espeak-ng.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const RATE = 16000;
export const HOP = 160;

/** mulberry32. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Voices: languages with speaker variants that no test of this repository uses.
const VOICES = {
  en: ['en-us+adam', 'en-us+linda', 'en-us+steph', 'en-us+david', 'en-gb+belinda', 'en-gb-x-rp+edward', 'en-us+victor', 'en-029+alicia', 'en-gb-x-gbclan+andy', 'en-us-nyc+benjamin', 'en-us+caleb', 'en-us+shelby', 'en-gb+grandma', 'en-us+grandpa', 'en-us+klatt3', 'en-us+klatt5', 'en-us+steph3', 'en-us+whisperf', 'en-gb-x-gbcwmd+mike', 'en-us+paul', 'en-us+aunty', 'en-us+john', 'en-us+max', 'en-us+robert', 'en-029+f6', 'en-us+m8', 'en-gb+m6'],
  nl: ['nl+steph2', 'nl+norbert'],
  sv: ['sv+anika', 'sv+sandro'],
  fi: ['fi+annie', 'fi+kaukovalta'],
  ro: ['ro+belinda', 'ro+ed'],
  id: ['id+linda', 'id+travis'],
  tr: ['tr+shelby', 'tr+rob'],
  ca: ['ca+aunty', 'ca+pablo'],
};
const SENTENCES = {
  en: [
    'Could you tell me when the next train leaves for the coast?', 'I would like to change my appointment to Thursday.', 'Maybe.', 'Wait, go back.', 'The invoice has not arrived yet, please send it again.',
    'How far is it from here to the station on foot?', 'Okay, sounds good.', 'My flight number is seven four two nine.', 'Please read the last message out loud.', 'Who won the match last night?', 'Turn the volume down a bit.',
    'She sells fresh fish by the seashore every Saturday.', 'Sure, why not.', 'There were about fifty people waiting outside the office.', 'I think we should leave before it gets dark.', 'Hello, is anybody there?', 'Book a table near the window for five.',
    'What did you say?', 'It costs nineteen pounds and ninety nine pence.', 'The quick answer is that nobody knows for certain.', 'Call the workshop and ask about my bicycle.', 'Never mind.', 'His brother works at a small bakery downtown.', 'Skip this song.',
    'Please spell the first name again, slowly.', 'Does the museum open on public holidays?', 'Cheap flights usually leave very early in the morning.', 'Add eggs, butter and flour to the shopping list.', 'Right.', 'Everything he owned fitted into one large suitcase.',
  ],
  nl: ['Kunt u dat nog een keer herhalen?', 'Morgen gaat het waarschijnlijk regenen in het noorden.'],
  sv: ['Var ligger närmaste apotek?', 'Jag vill gärna boka om min resa till fredag.'],
  fi: ['Missä on lähin rautatieasema?', 'Haluaisin varata pöydän neljälle hengelle.'],
  ro: ['Puteți să vorbiți mai rar, vă rog?', 'Mâine dimineață plec la munte cu prietenii mei.'],
  id: ['Tolong nyalakan lampu di ruang tamu.', 'Berapa harga tiket kereta ke Bandung besok pagi?'],
  tr: ['Yarın sabah beni yedide uyandır.', 'En yakın eczane nerede acaba?'],
  ca: ['Quina hora és ara mateix?', 'Voldria parlar amb algú del servei tècnic.'],
};

function wavSamples(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rate = view.getUint32(24, true);
  let at = 12;
  while (String.fromCharCode(...bytes.subarray(at, at + 4)) !== 'data') at += 8 + view.getUint32(at + 4, true);
  const count = Math.floor((bytes.length - at - 8) / 2);
  const samples = new Float32Array(count);
  for (let n = 0; n < count; n++) samples[n] = view.getInt16(at + 8 + 2 * n, true) / 32768;
  return { rate, samples };
}

/** Speech truth per hop: 20 ms energy within 38 dB of the peak, gaps below 150 ms closed. */
export function speechTruth(x) {
  const frames = Math.floor(x.length / HOP);
  const energy = new Float64Array(frames);
  let peak = 0;
  for (let f = 0; f < frames; f++) {
    for (let n = f * HOP - HOP / 2; n < f * HOP + HOP * 1.5; n++) energy[f] += (x[n] ?? 0) ** 2;
    peak = Math.max(peak, energy[f]);
  }
  const truth = new Uint8Array(frames);
  for (let f = 0; f < frames; f++) truth[f] = energy[f] > peak * 10 ** -3.8 ? 1 : 0;
  for (let f = 0, last = -1; f < frames; f++) {
    if (truth[f] === 0) continue;
    if (last >= 0 && f - last - 1 < 15) truth.fill(1, last, f);
    last = f;
  }
  return truth;
}

/** All utterances: { samples at 16 kHz with their peak at 0.5, truth }. `resample(x, from)` converts to 16 kHz. */
export function makeUtterances(random, resample, perVoice) {
  const utterances = [];
  for (const [language, voices] of Object.entries(VOICES)) {
    for (const voice of voices) {
      for (let n = 0; n < (language === 'en' ? perVoice : 2); n++) {
        const sentences = SENTENCES[language];
        const sentence = sentences[Math.floor(random() * sentences.length)];
        const bytes = execFileSync('espeak-ng', ['-v', voice, '-s', String(110 + Math.floor(random() * 110)), '-p', String(25 + Math.floor(random() * 50)), '--stdout', sentence], { maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'ignore'] });
        const { rate, samples } = wavSamples(bytes);
        const x = resample(samples, rate);
        let peak = 0;
        for (const value of x) peak = Math.max(peak, Math.abs(value));
        if (peak === 0) continue;
        for (let k = 0; k < x.length; k++) x[k] *= 0.5 / peak;
        const truth = speechTruth(x);
        const first = truth.indexOf(1), last = truth.lastIndexOf(1);
        if (first >= 0 && last - first > 8) utterances.push({ samples: x.slice(first * HOP, (last + 1) * HOP), truth: truth.slice(first, last + 1) });
      }
    }
  }
  return utterances;
}

/** Clean stream of `frames` hops with its truth. */
export function speechStream(random, utterances, frames, pauseScale = 1) {
  const x = new Float32Array(frames * HOP);
  const truth = new Uint8Array(frames);
  let f = random() < 0.2 ? Math.floor(random() * 900) : Math.floor(random() * 80);
  while (f < frames) {
    const { samples, truth: own } = utterances[Math.floor(random() * utterances.length)];
    const gain = 10 ** ((-8 * random()) / 20);
    const count = Math.min(own.length, frames - f);
    for (let n = 0; n < count * HOP; n++) x[f * HOP + n] += samples[n] * gain;
    truth.set(own.subarray(0, count), f);
    // Most pauses are those of talk; some are long, as a microphone that stays open hears them.
    f += own.length + Math.floor((15 + random() * random() * 250 + (random() < 0.08 ? random() * 1500 : 0)) * pauseScale);
  }
  return { x, truth };
}

function gaussian(random) {
  return random() + random() + random() + random() - 2;
}

/** Noise with a random spectral slope (one-pole mixtures) and slow level changes. */
function colouredNoise(random, length) {
  const y = new Float32Array(length);
  if (random() < 0.12) {
    for (let n = 0; n < length; n++) y[n] = gaussian(random);
    return y;
  }
  const slow = 0.9 + 0.0999 * Math.sqrt(random()), fast = random() * 0.8;
  const mixA = random(), mixB = random(), mixC = random() < 0.4 ? random() : 0.05 * random();
  const modulation = random() < 0.5 ? 0 : random() * 0.5, speed = 0.1 + random() * 2;
  let a = 0, b = 0;
  for (let n = 0; n < length; n++) {
    const w = gaussian(random);
    a = a * slow + w * (1 - slow) * 4;
    b = b * fast + w * (1 - fast);
    y[n] = (a * mixA + b * mixB + w * mixC) * (1 + modulation * Math.sin((2 * Math.PI * speed * n) / RATE));
  }
  return y;
}

/** A machine: harmonics of a steady or slowly drifting fundamental over low noise. */
function machineNoise(random, length) {
  const y = colouredNoise(random, length);
  const fundamental = 45 + random() * 250, drift = random() * 0.03, count = 1 + Math.floor(random() * 8), level = 0.1 + random() * 0.6;
  let phase = 0;
  for (let n = 0; n < length; n++) {
    phase += (2 * Math.PI * fundamental * (1 + drift * Math.sin((2 * Math.PI * n) / RATE / 7))) / RATE;
    let sum = 0;
    for (let h = 1; h <= count; h++) sum += Math.sin(phase * h) / h;
    y[n] = y[n] * 0.5 + sum * level;
  }
  return y;
}

/** Several voices at once. */
function babbleNoise(random, length, utterances) {
  const y = new Float32Array(length);
  const voices = 3 + Math.floor(random() * 6);
  for (let v = 0; v < voices; v++) {
    const { x } = speechStream(random, utterances, Math.ceil(length / HOP), 0.12);
    const gain = 0.5 + random();
    for (let n = 0; n < length; n++) y[n] += x[n] * gain;
  }
  return y;
}

/** Struck strings and held chords with a random rhythm, sometimes with drums. */
function musicNoise(random, length) {
  const y = new Float32Array(length);
  const beat = Math.floor(RATE * (0.12 + random() * 0.5));
  const held = random() < 0.4, drums = random() < 0.3, bright = 0.3 + random() * 0.6;
  const scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16];
  const root = 90 + random() * 160;
  for (let start = 0; start < length; start += beat) {
    const notes = 1 + Math.floor(random() * 4);
    const span = held ? beat * 1.2 : beat * (1 + random() * 3);
    const decay = held ? 0.3 : 2 + random() * 6;
    for (let k = 0; k < notes; k++) {
      const f = root * 2 ** (scale[Math.floor(random() * scale.length)] / 12) * (random() < 0.3 ? 2 : 1);
      for (let h = 1, a = 0.3; h <= 9 && f * h < 7000; h++, a *= bright) {
        const phase = random() * 6.28, w = (2 * Math.PI * f * h) / RATE, fall = Math.exp((-decay * Math.sqrt(h)) / RATE);
        let level = a;
        for (let n = 0; n < span && start + n < length; n++) {
          y[start + n] += level * Math.sin(w * n + phase) * Math.min(1, n / 60);
          level *= fall;
        }
      }
    }
    if (drums && random() < 0.7) for (let n = 0; n < 1600 && start + n < length; n++) y[start + n] += gaussian(random) * 0.5 * Math.exp(-n / 250);
  }
  return y;
}

/** Keys, knocks and crackles: bursts of a few to some tens of milliseconds. */
function clickNoise(random, length) {
  const y = new Float32Array(length);
  const rhythm = random() < 0.5 ? RATE * (0.08 + random() * 0.5) : 0;
  const base = RATE * (0.003 + random() * 0.045);
  for (let at = 0; at < length; at += rhythm > 0 ? rhythm * (0.9 + 0.2 * random()) : RATE * (0.02 + random() * random() * 0.8)) {
    const span = base * (0.5 + random()), level = 0.3 + random(), tone = random() < 0.3 ? (2 * Math.PI * (200 + random() * 3000)) / RATE : 0;
    for (let n = 0, start = Math.floor(at); n < span && start + n < length; n++) {
      const envelope = Math.min(1, n / 16) * (1 - n / span);
      y[start + n] += level * envelope * (tone > 0 ? Math.sin(tone * n) : gaussian(random));
    }
  }
  return y;
}

const FAMILIES = [
  { weight: 3, make: colouredNoise },
  { weight: 1.5, make: machineNoise },
  { weight: 3, make: babbleNoise },
  { weight: 2.5, make: musicNoise },
  { weight: 1.5, make: clickNoise },
];

/** A noise of a random family. */
export function makeNoise(random, length, utterances) {
  let pick = random() * FAMILIES.reduce((sum, family) => sum + family.weight, 0);
  const family = FAMILIES.find(({ weight }) => (pick -= weight) <= 0) ?? FAMILIES[0];
  const y = family.make(random, length, utterances);
  if (random() < 0.15) {
    const other = colouredNoise(random, length);
    for (let n = 0; n < length; n++) y[n] += other[n] * 0.3;
  }
  return y;
}

/** Multiplies a stream by a small room: direct sound and a decaying tail. */
export function addRoom(random, x) {
  const delay = Math.floor(RATE * (0.004 + random() * 0.02)), gain = 0.1 + random() * 0.35, low = 0.3 + random() * 0.5;
  const y = x.slice();
  let filtered = 0;
  for (let n = delay; n < x.length; n++) {
    filtered += (y[n - delay] - filtered) * low;
    y[n] += filtered * gain;
  }
  return y;
}

/** Root mean square of the frames that are speech. */
export function activeRms(x, truth) {
  let sum = 0, count = 0;
  for (let f = 0; f < truth.length; f++) {
    if (truth[f] === 0) continue;
    for (let n = f * HOP; n < (f + 1) * HOP; n++) sum += x[n] ** 2;
    count += HOP;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** Frames that count: those within 40 ms of a change of truth do not. */
export function scoredFrames(truth) {
  const scored = new Uint8Array(truth.length).fill(1);
  for (let f = 1; f < truth.length; f++) if (truth[f] !== truth[f - 1]) scored.fill(0, Math.max(0, f - 4), f + 4);
  return scored;
}

/** audio.wasm as compiled last. */
export function audioModule(root) {
  const source = readFileSync(`${root}/src/wasm/audio.wasm`);
  return new WebAssembly.Module(source);
}
