/**
 * Arithmetic as it is typed or said: "(3 + 4) * 2", "twelve plus thirty", "15 percent of 80", "the
 * square root of 16", "two to the power of ten". A recursive-descent parser: sums of products of
 * signed powers; equal signs group from the left, powers from the right.
 */
import { readNumber, tokensOf } from './number-reader.js';

/** A value, or why there is none. */
export type Calculation = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: 'not_arithmetic' | 'division_by_zero' | 'no_real_result' | 'too_large' };

type Token = number | '+' | '-' | '*' | '/' | '^' | '(' | ')' | '%' | 'root' | '!2' | '!3' | 'mod';

// Phrases and signs, longest first.
const OPERATORS: readonly (readonly [readonly string[], Token])[] = [
  [['to', 'the', 'power', 'of'], '^'],
  [['raised', 'to', 'the', 'power', 'of'], '^'],
  [['to', 'the', 'power'], '^'],
  [['the', 'square', 'root', 'of'], 'root'],
  [['square', 'root', 'of'], 'root'],
  [['multiplied', 'by'], '*'],
  [['divided', 'by'], '/'],
  [['percent', 'of'], '%'],
  [['%', 'of'], '%'],
  [['*', '*'], '^'],
  [['squared'], '!2'],
  [['cubed'], '!3'],
  [['plus'], '+'], [['and'], '+'], [['+'], '+'],
  [['minus'], '-'], [['less'], '-'], [['-'], '-'], [['−'], '-'], [['negative'], '-'],
  [['times'], '*'], [['*'], '*'], [['×'], '*'], [['x'], '*'], [['·'], '*'],
  [['over'], '/'], [['/'], '/'], [['÷'], '/'],
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
    const number = readNumber(words, at);
    if (number !== undefined) {
      tokens.push(number.value);
      at = number.end;
      continue;
    }
    const found = OPERATORS.find(([phrase]) => phrase.every((word, n) => words[at + n] === word));
    if (found === undefined) return undefined;
    tokens.push(found[1]);
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
      const next = this.#product();
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  }

  #product(): number {
    let value = this.#signed();
    for (let sign = this.#take('*', '/', '%', 'mod'); sign !== undefined; sign = this.#take('*', '/', '%', 'mod')) {
      const next = this.#signed();
      if ((sign === '/' || sign === 'mod') && next === 0) throw new NoResult('division_by_zero');
      value = sign === '*' ? value * next : sign === '/' ? value / next : sign === 'mod' ? value % next : (value / 100) * next;
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
    for (let suffix = this.#take('!2', '!3'); suffix !== undefined; suffix = this.#take('!2', '!3')) base **= suffix === '!2' ? 2 : 3;
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
