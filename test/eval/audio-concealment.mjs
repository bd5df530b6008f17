// How well gaps of speech are hidden: mel log-spectral distance between the original and what stands in for it, in dB,
// over the lost frames in which somebody speaks; 0 is the original. Beside it: silence, and the last 20 ms again, 6 dB
// softer each time. Packets of 20 ms at 16 kHz; losses single and at random, and in bursts.
//   extended: from what was before the gap alone, as playout has it when it runs dry
//   bridged:  the packet behind the gap is there already, as a jitter buffer mostly has it
// Distance: 20 ms under a Hann window, 22 mel bands from 100 to 7,600 Hz, levels below −60 dB of the loudest band count as
// that; root mean square over the bands, mean over the frames that lie wholly in a gap. Active: within 38 dB of the peak.
import { figure } from '../bench/harness.mjs';
import { main } from '../tools/install.mjs';
import { randomFrom, RATE, speechTruth, HOP } from '../tools/train-vad-data.mjs';
import { requireCommands, speak } from '../tools/vad-scene.mjs';

const PACKET = 320;
const BANDS = 22;
const LINES = [
  ['en-us+rob', 165, 'Do you know a good place for breakfast around here?'], ['en-gb+anika', 150, 'The parcel was left with a neighbour.'], ['pt+antonio', 160, 'Quero marcar uma consulta para a próxima semana.'],
  ['en-us+travis', 140, 'Nothing much, just looking around, thank you.'], ['da+linda', 160, 'Hvor meget koster billetten?'], ['en-us+sandro', 195, 'We ran out of milk again, could someone fetch two bottles on the way home?'],
  ['hu+david', 150, 'Kérem, kapcsolja fel a villanyt a nappaliban.'], ['nb+norbert', 150, 'Slå av lyset på kjøkkenet.'], ['en-029+quincy', 160, 'Every seat was taken.'], ['el+michel', 160, 'Τι ώρα κλείνει το κατάστημα;'],
  ['en-us+f1', 170, 'Dial the second number, and then tell them that I shall be late.'], ['en-gb+boris', 175, 'Somebody has to open the window before we all fall asleep in here.'],
];

await main(async () => {
  requireCommands('espeak-ng');
  const { loadAudio } = await import('../../dist/wasm/audio-load.js');
  const { Resampler } = await import('../../dist/audio/resampler.js');
  const { Concealer } = await import('../../dist/audio/concealer.js');
  const { RealFft } = await import('../../dist/audio/real-fft.js');
  const module = await loadAudio();
  const convert = (x, from) => {
    const resampler = new Resampler({ from, to: RATE, quality: 'best', module, maxBlock: 65536 });
    return Float32Array.from([...resampler.process(x), ...resampler.flush()]);
  };
  const speech = Float32Array.from(LINES.flatMap(([voice, speed, text]) => [...speak(convert, voice, speed, text), ...new Float32Array(RATE / 4)]));
  const packets = Math.floor(speech.length / PACKET) - 1;
  const truth = speechTruth(speech);

  const fft = new RealFft(512, module);
  const mel = (hz) => Math.log(1 + hz / 700);
  const width = (mel(7600) - mel(100)) / (BANDS + 1);
  const weights = Array.from({ length: BANDS }, (_, band) => Array.from({ length: 257 }, (_k, k) => Math.max(0, 1 - Math.abs(mel((k * RATE) / 512) - mel(100) - (band + 1) * width) / width)));
  const bands = (x, at) => {
    fft.input.fill(0);
    for (let n = 0; n < PACKET; n++) fft.input[n] = x[at + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / PACKET));
    fft.transform();
    return weights.map((row) => row.reduce((sum, weight, k) => sum + (weight === 0 ? 0 : weight * (fft.re[k] ** 2 + fft.im[k] ** 2)), 0));
  };
  let loudest = 0;
  for (let at = 0; at + PACKET <= speech.length; at += PACKET) loudest = Math.max(loudest, ...bands(speech, at));
  const floor = loudest * 1e-6;
  const distance = (x, at) => {
    const was = bands(speech, at), is = bands(x, at);
    return Math.sqrt(was.reduce((sum, power, band) => sum + (10 * Math.log10(Math.max(floor, is[band]) / Math.max(floor, power))) ** 2, 0) / BANDS);
  };

  // Gaps as [first packet, packets]; never the first tenth of a second, and a packet between two gaps.
  const gaps = (count, length, random) => {
    const found = [];
    for (let p = 5; p + length < packets; p++) {
      if (random() >= count / packets) continue;
      found.push([p, length]);
      p += length + 1;
    }
    return found;
  };
  const concealer = new Concealer(RATE, PACKET * 5, module);
  const methods = {
    silence: (x, from, count) => x.fill(0, from, from + count),
    repeated: (x, from, count) => { for (let n = 0; n < count; n++) x[from + n] = x[from + n - PACKET] * 0.5; },
    extended: (x, from, count) => { const out = new Float32Array(count); concealer.extend(x.slice(0, from), from, out, count); x.set(out, from); },
    bridged: (x, from, count) => { const out = new Float32Array(count); concealer.bridge(x.slice(0, from), from, speech, from + count, PACKET, out, count); x.set(out, from); },
  };
  const seconds = speech.length / RATE;
  for (const [title, length, share, bar] of [['5 % of packets at random', 1, 0.054, 8.5], ['bursts of 40 ms', 2, 0.03, undefined], ['bursts of 60 ms', 3, 0.025, 12.5], ['bursts of 100 ms', 5, 0.02, undefined]]) {
    const sums = {};
    let frames = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const lost = gaps(packets * share, length, randomFrom(seed));
      const hidden = Object.entries(methods).map(([name, fill]) => {
        const x = speech.slice();
        for (const [p, n] of lost) fill(x, p * PACKET, n * PACKET);
        return [name, x];
      });
      for (const [p, n] of lost) {
        for (let at = p * PACKET; at + PACKET <= (p + n) * PACKET; at += PACKET / 2) {
          if (truth[Math.floor(at / HOP)] === 0 || truth[Math.floor(at / HOP) + 1] === 0) continue;
          frames++;
          for (const [name, x] of hidden) sums[name] = (sums[name] ?? 0) + distance(x, at);
        }
      }
    }
    console.log(`  ${title}, ${seconds.toFixed(0)} s, ${frames} frames: silence ${(sums.silence / frames).toFixed(2)}, repeated ${(sums.repeated / frames).toFixed(2)} dB`);
    await figure({ title: `${title}: extended`, value: Number((sums.extended / frames).toFixed(2)), unit: 'dB', ...(bar === undefined ? {} : { atMost: bar }) });
    await figure({ title: `${title}: bridged`, value: Number((sums.bridged / frames).toFixed(2)), unit: 'dB', ...(bar === undefined ? {} : { atMost: bar }) });
  }
});
