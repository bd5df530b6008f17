// The voices of espeak-ng, and the phones they speak. Training, development and test voices are disjoint.
import { execFileSync } from 'node:child_process';

export const ACCENTS = ['en-us', 'en', 'en-gb-x-rp', 'en-gb-scotland', 'en-gb-x-gbclan'];
const RHOTIC = new Set(['en-us', 'en-us-nyc', 'en-gb-scotland']);

export const TRAINING_VOICES = [
  '', 'f1', 'f2', 'f4', 'f5', 'm1', 'm2', 'm3', 'm4', 'm6', 'm7', 'm8', 'klatt', 'klatt3', 'klatt5', 'adam', 'Alex', 'Alicia', 'Andy', 'Annie',
  'antonio', 'aunty', 'belinda', 'benjamin', 'boris', 'caleb', 'david', 'edward', 'Gene', 'Hugo', 'iven', 'Jacky', 'Lee', 'marcelo', 'Marco',
  'Mario', 'miguel', 'Mike', 'Nguyen', 'pablo', 'pedro', 'quincy', 'Rob', 'sandro', 'steph', 'travis', 'victor', 'grandma', 'grandpa', 'anika',
];
// Penalties and thresholds of the matcher are set on these.
export const DEVELOPMENT_VOICES = ['edward2', 'Gene2', 'Henrique', 'iven2', 'kaukovalta', 'robert', 'klatt6', 'Michel', 'iven4'];
export const TEST_VOICES = ['f3', 'm5', 'klatt2', 'klatt4', 'Andrea', 'michael', 'linda', 'ed', 'zac', 'john', 'paul', 'shelby', 'steph2', 'norbert', 'Diogo', 'max'];

/** Speech as { rate, samples } (16-bit). */
export function speak(text, { accent, voice, speed, pitch }) {
  const wav = execFileSync('espeak-ng', ['-v', voice === '' ? accent : `${accent}+${voice}`, '-s', String(speed), '-p', String(pitch), '--stdout', text], { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
  const rate = wav.readUInt32LE(24);
  const start = wav.indexOf('data') + 8;
  const count = (wav.length - start) >> 1;
  const samples = new Float32Array(count);
  for (let n = 0; n < count; n++) samples[n] = wav.readInt16LE(start + 2 * n) / 32768;
  return { rate, samples };
}

const PLAIN = {
  '@': 'AX', 'a#': 'AX', '@2': 'AX', '@5': 'AX', '@-': 'AX', 'I': 'IH', 'I2': 'IH', 'I#': 'IH', 'i': 'IY', 'i:': 'IY', 'E': 'EH', 'E2': 'EH', 'a': 'AE', 'aa': 'AE', 'a2': 'AE', 'A:': 'AA', 'A': 'AA', '0': 'AA', '0#': 'AA', 'O': 'AA',
  'O:': 'AO', 'O2': 'AO', 'V': 'AH', 'V2': 'AH', 'U': 'UH', 'u:': 'UW', 'u': 'UW', '3:': 'ER', 'VR': 'ER', 'IR': 'ER', 'eI': 'EY', 'e:': 'EY', 'aI': 'AY', 'aI2': 'AY', 'OI': 'OY', 'oU': 'OW', 'o': 'OW', 'aU': 'AW', '@L': 'AX L', 'EL': 'AX L', 'n-': 'AX N', 'm-': 'AX M',
  'p': 'P', 'b': 'B', 't': 'T', 't#': 'D', 't2': 'T', 't[': 'T', '?': 'T', 'd': 'D', 'd#': 'D', 'k': 'K', 'g': 'G', 'f': 'F', 'v': 'V', 'T': 'TH', 'D': 'DH', 's': 'S', 'z': 'Z', 'z#': 'Z', 'S': 'SH', 'Z': 'ZH', 'h': 'HH', 'tS': 'CH', 'dZ': 'JH',
  'm': 'M', 'n': 'N', 'N': 'NG', 'l': 'L', 'l#': 'L', 'r': 'R', 'r-': 'R', 'w': 'W', 'w#': 'W', 'j': 'Y', 'x': 'K', 'R': 'R', 'C': 'HH', 'hh': 'HH', 't2-': 'T',
};
const R_COLOURED = { '3': 'AX', 'i@': 'IY AX', 'i@3': 'IY AX', 'e@': 'EH AX', 'U@': 'UH AX', 'O@': 'AO', 'o@': 'AO', 'A@': 'AA', 'aI@': 'AY AX', 'aI3': 'AY AX', 'aU@': 'AW AX' };
const R_RHOTIC = { '3': 'ER', 'i@': 'IY AX', 'i@3': 'IH R', 'e@': 'EH R', 'U@': 'UH R', 'O@': 'AO R', 'o@': 'AO R', 'A@': 'AA R', 'aI@': 'AY AX', 'aI3': 'AY ER', 'aU@': 'AW ER' };

const cache = new Map();
/** The phones that an accent speaks for a text: a list of words, each a list of phones. */
export function phonesOf(text, accent) {
  const key = `${accent} ${text}`;
  const known = cache.get(key);
  if (known) return known;
  const out = execFileSync('espeak-ng', ['-q', '-x', '--sep= ', '-v', accent, text], { encoding: 'utf8' });
  const rhotic = RHOTIC.has(accent);
  const words = [];
  for (const word of out.trim().split(/\s{2,}|\n/)) {
    const phones = [];
    for (const mark of word.trim().split(' ')) {
      const symbol = mark.replace(/^[',%=]+/, '');
      if (symbol === '' || symbol === ';' || /^_/.test(symbol) || symbol === '|' || symbol === '-') continue;
      const found = (rhotic ? R_RHOTIC : R_COLOURED)[symbol] ?? PLAIN[symbol];
      if (found === undefined) throw new Error(`no phone for '${symbol}' in "${out.trim()}" (${accent})`);
      // In Scottish and other rhotic accents the r is written out after the vowel; it must not be counted twice.
      for (const phone of found.split(' ')) if (!(phone === 'R' && phones.at(-1) === 'R')) phones.push(phone);
    }
    if (phones.length > 0) words.push(phones);
  }
  cache.set(key, words);
  return words;
}
