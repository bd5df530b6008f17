/**
 * Arithmetic as it is typed or said: "(3 + 4) * 2", "twelve plus thirty", "15 percent of 80", "the
 * square root of 16", "two to the power of ten". A recursive-descent parser: sums of products of
 * signed powers; equal signs group from the left, powers from the right.
 */
import { readNumber, tokensOf } from './number-reader.js';

/** A value, or why there is none. */
export type Calculation = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: 'not_arithmetic' | 'division_by_zero' | 'no_real_result' | 'too_large' };

type Token = number | 'off' | 'pct' | '+' | '-' | '*' | '/' | '^' | '(' | ')' | '%' | 'root' | '!2' | '!3' | 'mod';

// Phrases and signs, longest first.
const OPERATORS: readonly (readonly [readonly string[], Token | readonly Token[]])[] = [
  [['to', 'the', 'power', 'of'], '^'],
  [['raised', 'to', 'the', 'power', 'of'], '^'],
  [['to', 'the', 'power'], '^'],
  [['the', 'square', 'root', 'of'], 'root'],
  [['square', 'root', 'of'], 'root'],
  [['multiplied', 'by'], '*'],
  [['divided', 'by'], '/'],
  [['percent', 'off', 'of'], 'off'], [['%', 'off', 'of'], 'off'],
  [['percent', 'off'], 'off'], [['%', 'off'], 'off'],
  [['a', 'half', 'of'], [0.5, '*']], [['half', 'of'], [0.5, '*']], [['a', 'third', 'of'], [1, '/', 3, '*']], [['a', 'quarter', 'of'], [0.25, '*']], [['a', 'fifth', 'of'], [0.2, '*']], [['a', 'tenth', 'of'], [0.1, '*']],
  [['third', 'of'], ['/', 3, '*']], [['thirds', 'of'], ['/', 3, '*']], [['quarter', 'of'], ['/', 4, '*']], [['quarters', 'of'], ['/', 4, '*']], [['fifth', 'of'], ['/', 5, '*']], [['fifths', 'of'], ['/', 5, '*']], [['eighths', 'of'], ['/', 8, '*']], [['tenth', 'of'], ['/', 10, '*']], [['tenths', 'of'], ['/', 10, '*']],
  [['twice'], [2, '*']], [['double'], [2, '*']], [['triple'], [3, '*']],
  [['pi'], Math.PI], [['π'], Math.PI],
  [['percent', 'of'], '%'],
  [['%', 'of'], '%'],
  [['*', '*'], '^'],
  [['squared'], '!2'],
  [['cubed'], '!3'],
  [['plus'], '+'], [['and'], '+'], [['+'], '+'],
  [['minus'], '-'], [['less'], '-'], [['-'], '-'], [['−'], '-'], [['negative'], '-'],
  [['times'], '*'], [['*'], '*'], [['×'], '*'], [['x'], '*'], [['·'], '*'],
  [['over'], '/'], [['/'], '/'], [['÷'], '/'],
  [['percent'], 'pct'], [['%'], 'pct'],
  [['modulo'], 'mod'], [['mod'], 'mod'],
  [['^'], '^'], [['('], '('], [[')'], ')'],
];

/** Computes an expression. A lone number is not arithmetic: nothing was asked. */
export function calculate(text: string): Calculation {
  const tokens = lex(tokensOf(text.replace(/[?=]\s*$/, '')));
  if (tokens === undefined || tokens.length < 2) return { ok: false, reason: 'not_arithmetic' };
  const parser = new ExpressionParser(tokens);
  try {
    const value = parser.all();
    if (Number.isNaN(value)) return { ok: false, reason: 'no_real_result' };
    return Number.isFinite(value) ? { ok: true, value } : { ok: false, reason: 'too_large' };
  } catch (error) {
    if (error instanceof NoResult) return { ok: false, reason: error.reason };
    throw error;
  }
}

function lex(words: readonly string[]): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < words.length; ) {
    const found = OPERATORS.find(([phrase]) => phrase.every((word, n) => words[at + n] === word));
    const number = found === undefined ? readNumber(words, at) : undefined;
    if (number !== undefined) {
      tokens.push(number.value);
      at = number.end;
      continue;
    }
    if (found === undefined) return undefined;
    tokens.push(...(Array.isArray(found[1]) ? (found[1] as readonly Token[]) : [found[1] as Token]));
    at += found[0].length;
  }
  return tokens;
}

class NoResult extends Error {
  override readonly name: string = 'NoResult';
  readonly reason: 'not_arithmetic' | 'division_by_zero';

  constructor(reason: 'not_arithmetic' | 'division_by_zero') {
    super(reason);
    this.reason = reason;
  }
}

const PRODUCTS: readonly Token[] = ['*', '/', '%', 'off', 'mod'];

// Deep nesting is refused before it exhausts the stack.
const MOST_DEPTH = 100;

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  all(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) throw new NoResult('not_arithmetic');
    return value;
  }

  #take(...wanted: readonly Token[]): Token | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-')) {
      // "80 plus 15 percent": the share is one of what stands before.
      const share = this.#tokens[this.#at];
      if (typeof share === 'number' && this.#tokens[this.#at + 1] === 'pct' && !PRODUCTS.includes(this.#tokens[this.#at + 2] ?? '+')) {
        this.#at += 2;
        value *= 1 + (sign === '+' ? share : -share) / 100;
        continue;
      }
      const next = this.#product();
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  }

  #product(): number {
    let value = this.#signed();
    for (let sign = this.#take(...PRODUCTS); sign !== undefined; sign = this.#take(...PRODUCTS)) {
      const next = this.#signed();
      if ((sign === '/' || sign === 'mod') && next === 0) throw new NoResult('division_by_zero');
      value = sign === '*' ? value * next : sign === '/' ? value / next : sign === 'mod' ? value % next : sign === 'off' ? (1 - value / 100) * next : (value / 100) * next;
    }
    return value;
  }

  #signed(): number {
    if (++this.#depth > MOST_DEPTH) throw new NoResult('not_arithmetic');
    try {
      if (this.#take('-') !== undefined) return -this.#signed();
      if (this.#take('root') !== undefined) return Math.sqrt(this.#signed());
      return this.#power();
    } finally {
      this.#depth--;
    }
  }

  #power(): number {
    let base = this.#atom();
    for (let suffix = this.#take('!2', '!3', 'pct'); suffix !== undefined; suffix = this.#take('!2', '!3', 'pct')) base = suffix === 'pct' ? base / 100 : base ** (suffix === '!2' ? 2 : 3);
    return this.#take('^') === undefined ? base : base ** this.#signed();
  }

  #atom(): number {
    if (this.#take('(') !== undefined) {
      const value = this.#sum();
      if (this.#take(')') === undefined) throw new NoResult('not_arithmetic');
      return value;
    }
    const token = this.#tokens[this.#at];
    if (typeof token !== 'number') throw new NoResult('not_arithmetic');
    this.#at++;
    return token;
  }
}
