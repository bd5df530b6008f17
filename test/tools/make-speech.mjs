// Makes the spoken fixtures of the end-to-end tests with espeak-ng (Debian's package) in a voice that the
// recogniser was not trained on. The results are committed, so that the tests need nothing but Node.
//   node test/tools/make-speech.mjs
import { writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './install.mjs';

const VOICE = 'en-us+f3';
const RATE = 22050;

/** Each file is a list of pauses in seconds and sentences. It begins with a pause, because capture starts some 100 ms into the file. */
const FILES = {
  'what-time': [1.5, 'what time is it', 3],
  'card-number': [1.5, 'my card number is four one one one one one one one one one one one one one one one', 3],
  'barge-in': [1.5, 'help', 4.2, 'what time is it', 4],
  'two-turns': [1.5, 'what is seven times eight', 6, 'what is nine plus four', 4],
};

function speak(text) {
  const wav = execFileSync('espeak-ng', ['-v', VOICE, '-s', '150', '--stdout', text], { maxBuffer: 1 << 26 });
  const start = wav.indexOf('data') + 8;
  return new Int16Array(wav.buffer.slice(wav.byteOffset + start, wav.byteOffset + wav.length - ((wav.length - start) % 2)));
}

function wavFile(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const file = Buffer.alloc(44 + length * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + length * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(length * 2, 40);
  let at = 44;
  for (const part of parts) for (const sample of part) at = file.writeInt16LE(sample, at);
  return file;
}

for (const [name, content] of Object.entries(FILES)) {
  const parts = content.map((part) => (typeof part === 'number' ? new Int16Array(Math.round(part * RATE)) : speak(part)));
  writeFileSync(join(root, 'test/fixtures/speech', `${name}.wav`), wavFile(parts));
}
