import { describe, expect, it } from 'vitest';
import type { Match } from '../../src/guardrails/match.js';
import type { ScanRule } from '../../src/guardrails/rule.js';
import { createScanner } from '../../src/guardrails/scanner.js';
import { outside } from '../reference/regexp-scanner.js';

const RULES: readonly ScanRule[] = [
  { id: 'email', pattern: '\\b[\\w.+-]+@[\\w-]+\\.[a-z]{2,}\\b', flags: 'i' },
  { id: 'phone', pattern: '\\b\\d{3}-\\d{4}\\b' },
  { id: 'quoted', pattern: '"[^"\\n]*"' },
  { id: 'even', pattern: '#\\d+', verify: (match) => Number(match.slice(1)) % 2 === 0 },
];
const TEXTS = ['mail jane.doe@example.com or "call 555-1234" now', '#12 #13 #14', '"open', 'a@b.co', '', 'é😀 555-1234😀', '"a" "b@c.de"', 'x\ud83d555-1234\n'];

function drain(cuts: readonly string[], rules = RULES): { safe: string; matches: Match[]; end: number } {
  const scanner = createScanner(rules);
  const stream = scanner.stream();
  const result = { safe: '', matches: [] as Match[], end: 0 };
  for (const step of [...cuts.map((cut) => () => stream.update(cut)), () => stream.finish()]) {
    const { safe, matches, end } = step();
    for (const match of matches) expect(match.end).toBeLessThanOrEqual(end);
    result.safe += safe;
    result.matches.push(...matches);
    result.end = end;
  }
  scanner.close();
  return result;
}

describe('a scan stream', () => {
  it.each(TEXTS)('gives for %j, cut in two anywhere, the matches of the whole and the text beside them', (text) => {
    const scanner = createScanner(RULES);
    const matches = scanner.scan(text);
    const whole = { safe: outside(text, matches), matches, end: text.length };
    for (let at = 0; at <= text.length; at++) expect(drain([text.slice(0, at), text.slice(at)])).toEqual(whole);
    expect(drain(text.split(''))).toEqual(whole);
  });

  it('releases nothing of a match, and everything else as soon as it is safe', () => {
    const stream = createScanner(RULES).stream();
    expect(stream.update('write to ').safe).toBe('write to ');
    expect(stream.update('jane@').safe).toBe('');
    expect(stream.heldBack).toBe(5);
    expect(stream.update('example.com, ')).toEqual({ safe: ', ', matches: [{ id: 'email', start: 9, end: 25 }], end: 27 });
    expect(stream.heldBack).toBe(0);
  });

  it('gives back the text of a match that verify rejects', () => {
    expect(drain(['#1', '3 ok'])).toEqual({ safe: '#13 ok', matches: [], end: 6 });
  });

  it('tells nothing of a match before it is certain where it ends', () => {
    const stream = createScanner([{ id: 'n', pattern: '\\d+' }]).stream();
    expect(stream.update('12').matches).toEqual([]);
    expect(stream.update('34').matches).toEqual([]);
    expect(stream.finish()).toEqual({ safe: '', matches: [{ id: 'n', start: 0, end: 4 }], end: 4 });
  });

  it('is over after finish', () => {
    const stream = createScanner(RULES).stream();
    stream.update('a');
    stream.finish();
    expect(() => stream.update('b')).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
    expect(() => stream.finish()).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });

  it('takes empty chunks', () => {
    const stream = createScanner(RULES).stream();
    expect(stream.update('')).toEqual({ safe: '', matches: [], end: 0 });
    expect(stream.update('hi ').safe).toBe('hi ');
    expect(stream.update('')).toEqual({ safe: '', matches: [], end: 3 });
  });
});
