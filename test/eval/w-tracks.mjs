import { writeFileSync } from 'node:fs';
import { activeRms, HOP, randomFrom, RATE, speechTruth } from '../tools/train-vad-data.mjs';
import { madeNoises, speak } from '../tools/vad-scene.mjs';
const VOICES = ['en-us+rob', 'en-gb+anika', 'en-us+zac', 'en-us+travis', 'en-gb+boris', 'en-us+sandro', 'en-029+quincy', 'en-us+f1'];
const SENTENCES = ['Stop it, please.', 'What time is it?', 'Hang on a moment.', 'Wait.', 'No, the other one.', 'Tell me more about that.', 'Okay then.', 'Yes.'];
const BABBLE = ['hr+pedro', 'sk+belinda', 'lt+ed', 'lv+annie', 'et+gustave'];
const LEAD=3;
const { loadAudio } = await import('../../dist/wasm/audio-load.js');
const { Resampler } = await import('../../dist/audio/resampler.js');
const { Vad } = await import('../../dist/audio/vad.js');
const module = await loadAudio();
const convert = (x, from, to = RATE) => { const r = new Resampler({ from, to, quality: 'best', module, maxBlock: 65536 }); return Float32Array.from([...r.process(x), ...r.flush()]); };
const random = randomFrom(11);
const crowd = BABBLE.map((v) => speak(convert, v, 175, 'jedna po druhej idu slova a nikto nepocuva co hovoria ostatni ludia pri stole'));
const noises = madeNoises(random, (LEAD + 4) * RATE, crowd);
const rmsOf = (x) => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
const track=(x)=>{const vad=new Vad({module});const p=[];for(let at=0;at+160<=x.length;at+=160)p.push(vad.process(x.subarray(at,at+160)));return p;};
const out={utt:[],alone:{}};
for (const [i, voice] of VOICES.entries()) for (const s of SENTENCES) {
  const x = speak(convert, voice, 150 + 10 * (i % 4), s); const truth = speechTruth(x); const level = activeRms(x, truth);
  for (const [name, noise] of [['clean', undefined], ...Object.entries(noises)]) {
    const gain = noise === undefined ? 0 : (level * 0.1) / rmsOf(noise);
    const signal = new Float32Array((LEAD + 1) * RATE + x.length); signal.set(x, LEAD * RATE);
    for (let n = 0; n < signal.length; n++) signal[n] += noise === undefined ? (random() - 0.5) * 1e-4 : noise[n % noise.length] * gain;
    out.utt.push({name,voice,s,onset:LEAD*100+truth.indexOf(1),p:track(signal)});
  }
}
const alone = madeNoises(randomFrom(12), 120 * RATE, crowd);
for (const [name, noise] of Object.entries(alone)) { const g=0.02/rmsOf(noise); out.alone[name]=track(noise.map(v=>v*g)); }
const alone2 = madeNoises(randomFrom(13), 120 * RATE, crowd, { hum: 60, chords: [[147, 185, 220], [123, 156, 185], [165, 208, 247], [110, 139, 165]], beat: 0.6, key: 60 });
for (const [name, noise] of Object.entries(alone2)) { const g=0.005/rmsOf(noise); out.alone[name+'2']=track(noise.map(v=>v*g)); }
writeFileSync(process.argv[2], JSON.stringify(out));
