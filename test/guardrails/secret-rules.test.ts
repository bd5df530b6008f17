import { describe, expect, it } from 'vitest';
import { SecretDetector } from '../../src/guardrails/pii-detector.js';
import { TOKEN_SHAPES } from '../../src/guardrails/secret-rules.js';
import { mulberry32 } from '../conformance/random-patterns.js';

const detector = new SecretDetector();
const spansOf = (text: string): readonly string[] => detector.check(text).violations.map(({ location }) => text.slice(...(location ?? [0, 0])));

/** A text that a shape of `TOKEN_SHAPES` matches: each class by one of its characters, each choice by its first branch, each repetition by its least count. */
function example(shape: string, random: () => number): string {
  let out = '';
  let rest = shape;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null) rest = rest.slice(match[0].length);
    return match;
  };
  while (rest !== '') {
    const group = take(/^\(\?:((?:\[[^\]]*\]|\{[^}]*\}|[^()])*)\)(\{(\d+)(?:,\d+)?\}|\?)?/);
    if (group !== null) {
      const least = group[2] === '?' ? 0 : Number(group[3] ?? 1);
      for (let n = 0; n < least; n++) out += example((group[1] ?? '').split('|')[0] ?? '', random);
      continue;
    }
    const one = take(/^(\[(?:\\.|[^\]])*\]|\\.|[^\\[(])(?:\{(\d+)(?:,\d+)?\})?/);
    if (one === null) throw new Error(`not a shape: ${rest}`);
    for (let n = Number(one[2] ?? 1); n > 0; n--) out += characterOf(one[1] ?? '', random);
  }
  return out;
}

function characterOf(atom: string, random: () => number): string {
  if (atom === '\\d') return String(Math.floor(random() * 10));
  if (!atom.startsWith('[')) return atom.replace('\\', '');
  const characters = atom.slice(1, -1).replace(/\\-/g, '-').replace(/(\w)-(\w)/g, (_all, from: string, to: string) => Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, n) => String.fromCharCode(from.charCodeAt(0) + n)).join(''));
  return characters.charAt(Math.floor(random() * characters.length));
}

// Their contents have a structure that no shape says: a header that is JSON, digits before, a body that follows.
const STRUCTURED = new Set(['eyJ[A-Za-z0-9_\\-]', ':AA[A-Za-z0-9_\\-]{4}', '-----BEGIN ']);

describe('tokens of published shapes', () => {
  it.each(TOKEN_SHAPES.filter(([prefix]) => !STRUCTURED.has(prefix)))('%s%s are found whole, and not inside a word', (prefix, rest) => {
    const random = mulberry32(prefix.length * 31 + rest.length);
    for (let n = 0; n < 5; n++) {
      const made = example(prefix, random) + example(rest, random);
      const token = rest.endsWith(']') || rest.endsWith('}') ? made.replace(/[-=_.]$/, '7') : made; // a sign at the end would be punctuation
      const secret = token.replace(/^AccountKey=/, '');
      expect(spansOf(`here it is: ${token} for you`)).toEqual([secret]);
      expect(spansOf(`here it is: x${token}`)).not.toContain(secret);
    }
  });

  it.each([
    ['a prefix alone', 'gsk_ and sk- and ghp_'],
    ['too short', 'ghp_16C7e42F292c'],
    ['one character over and over', `ghp_${'a'.repeat(36)}`],
    ['few different characters', `ghp_${'ab'.repeat(18)}`],
    ['words after sk-', 'sk-learn-is-a-library-for-machine-learning'],
  ])('%s is none', (_what, text) => {
    expect(spansOf(text)).toEqual([]);
  });

  it('are found behind thousands of prefixes that are none', () => {
    const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    expect(spansOf(`${'sk-'.repeat(5000)} ${token}`)).toEqual([token]);
  });
});
