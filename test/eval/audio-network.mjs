// Jitter buffer and playout on recorded arrivals: SLUICE_AUDIO_DATA names a folder with jitter/NAME-SEED.csv
// (seq,send_ms,arrive_ms; empty = lost; 20 ms packets) and playout/NAME.csv (run,chunk,chunk_ms,arrive_ms).
// Late % is what had to be made up beyond what the network lost; delay is playout − send − least network delay.
// Beside it stands a controller by NetEq's published rules, swept over its quantile: late % at delay in ms.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure } from '../bench/harness.mjs';
import { JitterBuffer } from '../../dist/audio/jitter-buffer.js';
import { PlayoutProcessor } from '../../dist/audio/playout-processor.js';
import { loadAudio } from '../../dist/wasm/audio-load.js';

const NETEQ = {
  lan: [[15, 0]], wifi: [[62, 2.75], [119, 1.02], [154, 0.54], [171, 0.46], [190, 0.32]], lte: [[144, 4.36], [270, 1.97], [354, 1.34], [390, 0.96], [421, 0.79]],
  burstloss: [[25, 0.03], [28, 0.03], [31, 0.03]], congested: [[187, 0.06], [202, 0.06], [215, 0.05], [226, 0.05]], step: [[80, 0.45], [131, 0.3], [132, 0.18]], drift: [[26, 0.02]],
};
const RATE = 16000;
const folder = process.env.SLUICE_AUDIO_DATA ?? '';
if (folder === '' || !existsSync(join(folder, 'jitter'))) {
  console.log('  not measured: set SLUICE_AUDIO_DATA to a folder with jitter/ and playout/');
  process.exit(0);
}
const module = await loadAudio();
const rows = (path) => readFileSync(path, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
const voice = Float32Array.from({ length: RATE * 60 }, (_, n) => 0.3 * Math.sin(n * 0.05) * Math.abs(Math.sin(n * 0.0006)));

function playPackets(packets, quantile) {
  const arrived = packets.filter(({ at }) => at !== undefined);
  const least = Math.min(...arrived.map(({ at, send }) => at - send));
  const queue = [...arrived].sort((a, b) => a.at - b.at);
  const buffer = new JitterBuffer({ sampleRate: RATE, quantile, module });
  const out = new Float32Array(160);
  let next = 0, delay = 0, count = 0;
  for (let now = 0; now < 90000; now += 10) {
    for (; next < queue.length && queue[next].at <= now; next++) buffer.insert(queue[next].sequence, voice.subarray(queue[next].sequence * 320, queue[next].sequence * 320 + 320), queue[next].at);
    buffer.pull(out, now);
    const { held, levelMs, pulled, silent, position } = buffer.stats;
    if (next === queue.length && held === 0 && levelMs < 10) break;
    if (pulled === silent) continue;
    delay += now + 10 - (position / 16 + queue[0].sequence * 20) - least;
    count++;
  }
  const { concealed, skipped, repeated, pulled } = buffer.stats;
  return { late: ((concealed / 320 - (packets.length - arrived.length)) / packets.length) * 100, delay: delay / count, stretched: ((skipped + repeated) / pulled) * 100 };
}

const between = (points, delay) => {
  if (delay <= points[0][0]) return points[0][1];
  for (let n = 1; n < points.length; n++) {
    const [[x0, y0], [x1, y1]] = [points[n - 1], points[n]];
    if (delay <= x1) return y0 + ((y1 - y0) * (delay - x0)) / (x1 - x0);
  }
  return points.at(-1)[1];
};
const traces = {};
for (const file of readdirSync(join(folder, 'jitter')).sort()) {
  (traces[file.split('-')[0]] ??= []).push(rows(join(folder, 'jitter', file)).map(([sequence, send, at]) => ({ sequence: Number(sequence), send: Number(send), at: at ? Number(at) : undefined })));
}
let better = 0, worse = 0;
for (const [name, runs] of Object.entries(traces)) {
  const line = [];
  let best = Infinity;
  for (const quantile of [0.8, 0.9, 0.95, 0.97, 0.99]) {
    const results = runs.map((packets) => playPackets(packets, quantile));
    const mean = (key) => results.reduce((sum, result) => sum + result[key], 0) / results.length;
    const reference = NETEQ[name] === undefined ? NaN : between(NETEQ[name], mean('delay'));
    best = Math.min(best, mean('late') - reference);
    line.push(`q ${quantile}: ${mean('late').toFixed(2)} % at ${mean('delay').toFixed(0)} ms (NetEq-like ${reference.toFixed(2)}), stretched ${mean('stretched').toFixed(1)} %`);
  }
  if (best < -0.005) better++;
  if (best > 0.015) worse++;
  console.log(`  ${name}\n    ${line.join('\n    ')}`);
}
await figure({ title: 'traces on which late % is lower than NetEq-like at the same delay', value: better, unit: 'of 7', atLeast: 3 });
await figure({ title: 'traces on which it is higher', value: worse, unit: 'of 7', atMost: 0 });

for (const [name, bar] of [['wifi', 0.1], ['stalls', undefined]]) {
  const runs = new Map();
  for (const row of rows(join(folder, 'playout', `${name}.csv`)).map((cells) => cells.map(Number))) runs.set(row[0], [...(runs.get(row[0]) ?? []), row]);
  for (const fresh of [true, false]) {
    let player, gaps = 0, start = 0;
    for (const [run, chunks] of runs) {
      if (fresh || player === undefined) player = new PlayoutProcessor({ sampleRate: 48000, module });
      const quantum = new Float32Array(128), origin = chunks[0][3], generation = run + 1;
      let next = 0, ended = false, started;
      for (let now = 0; !ended; now += 128 / 48) {
        for (; next < chunks.length && chunks[next][3] - origin <= now; next++) player.receive({ type: 'audio', generation, samples: new Float32Array(chunks[next][2] * 48).fill(0.0001) });
        if (next === chunks.length) player.receive({ type: 'end', generation });
        player.process(quantum);
        for (let report = player.takeReport(); report !== undefined; report = player.takeReport()) {
          if (report.type === 'started') started = now;
          gaps += report.type === 'underrun';
          ended ||= report.type === 'ended';
        }
      }
      start += started;
    }
    const title = `${name}, ${fresh ? 'each answer the first' : 'one session'}`;
    await figure({ title: `${title}: gaps per 8 s`, value: Number((gaps / runs.size).toFixed(3)), unit: '', ...(bar === undefined ? {} : { atMost: bar }) });
    await figure({ title: `${title}: added start`, value: Math.round(start / runs.size), unit: 'ms', ...(bar === undefined ? {} : { atMost: 150 }) });
  }
}
