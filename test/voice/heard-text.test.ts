import { describe, expect, it } from 'vitest';
import { HeardText } from '../../src/voice/heard-text.js';

describe('HeardText', () => {
  it('keeps a word only once its last sample was heard, when the voice reports word times', () => {
    const heard = new HeardText();
    heard.beginPiece('It is noon. ', 0);
    heard.addWord(2, 200);
    heard.addWord(5, 400);
    heard.addWord(10, 900);
    heard.endPiece(1000);
    expect([0, 199, 200, 399, 400, 899, 900, 1000].map((ms) => heard.at(ms))).toEqual(['', '', 'It', 'It', 'It is', 'It is', 'It is noon', 'It is noon. ']);
  });

  it('goes on from piece to piece and never skips one', () => {
    const heard = new HeardText();
    heard.beginPiece('One. ', 0);
    heard.endPiece(500);
    heard.beginPiece('Two three.', 500);
    heard.addWord(3, 800);
    expect(heard.at(499)).toBe('');
    expect(heard.at(500)).toBe('One. ');
    expect(heard.at(800)).toBe('One. Two');
    expect(heard.at(9999)).toBe('One. Two');
    expect(heard.text).toBe('One. Two three.');
  });

  it('shares the duration by syllables when there are no word times, one word off at most', () => {
    const heard = new HeardText();
    heard.beginPiece('I understand everything now', 1000);
    heard.endPiece(2800);
    // syllables: I 1, understand 3, everything 4 (e-ve-ry-thi), now 1 -> 9 parts of 200 ms
    expect(heard.at(1199)).toBe('');
    expect(heard.at(1200)).toBe('I');
    expect(heard.at(1800)).toBe('I understand');
    expect(heard.at(2700)).toBe('I understand everything');
    expect(heard.at(2800)).toBe('I understand everything now');
  });

  it('knows nothing of a piece that is still being synthesised without word times', () => {
    const heard = new HeardText();
    heard.beginPiece('Not yet known', 0);
    expect(heard.at(5000)).toBe('');
  });
});
