/** Signs of English text, spoken as words. */
import { quantity } from './english-numbers.js';
import type { Rule } from './reading.js';

const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(pattern, 'uy'), say];

const ALWAYS: Readonly<Record<string, string>> = { '%': ' percent', '÷': ' divided by ', '×': ' times ', '≈': ' about ', '≤': ' at most ', '≥': ' at least ', '≠': ' not equal to ', '±': 'plus or minus ', '∞': 'infinity', 'π': 'pi', '→': ' to ', '⇒': ' leads to ', '°': ' degrees', '√': 'the square root of ', '№': 'number ', '§': 'section ', '©': 'copyright ', '®': '', '™': '', '²': ' squared', '³': ' cubed', 'µ': 'micro', '−': ' minus ' };

/** Rules that begin with a sign. */
export const SIGNS: readonly Rule[] = [
  rule(String.raw`(?<![\p{L}\p{N})\]])[-−](?=\.?\d|[$€£])`, () => 'minus '),
  rule(String.raw`(?<![\p{L}\p{N}])\+(?=\d)`, () => 'plus '),
  rule(String.raw`\s*[-−]\s+(?=[\d.(]|\p{L}(?!\p{L}))(?<=[\p{N}\p{L})]\s+[-−]\s+)(?<=(?:\d|\)|(?<!\p{L})\p{L})\s+[-−]\s+)`, () => ' minus '),
  rule(String.raw`(?<=\d|\))\s+\*\s+(?=\d|\()|(?<=\d)\*(?=\d)`, () => ' times '),
  rule(String.raw`(?<=\d|\))\s+\/\s+(?=\d|\()`, () => ' divided by '),
  rule(String.raw`(?<=[\p{L}\d)])\^(?=[\d(]|\p{L}(?!\p{L}))`, () => ' to the power of '),
  rule(String.raw`\s*(?:=>|->)\s*`, () => ' to '),
  rule(String.raw`\s*(?:<=|≤)\s*`, () => ' at most '),
  rule(String.raw`\s*(?:>=|≥)\s*`, () => ' at least '),
  rule(String.raw`\s*(?:!=|≠)\s*`, () => ' not equal to '),
  rule(String.raw`\s*={1,3}\s*(?=\S)`, () => ' equals '),
  rule(String.raw`\s+<\s+(?=\S)|(?<=\d)<(?=\d)`, () => ' less than '),
  rule(String.raw`(?<=\S)\s+>\s+(?=\S)|(?<=\d)>(?=\d)`, () => ' greater than '),
  rule(String.raw`<(?=\d)`, () => 'less than '),
  rule(String.raw`>(?=\d)`, () => 'more than '),
  rule(String.raw`\s*&(?!#?\w+;)\s*`, () => ' and '),
  rule(String.raw`(?<=\p{L}|\d)\s+\+\s+(?=\S)|(?<=\d)\+(?=\d)`, () => ' plus '),
  rule(String.raw`(?<=(?<!\p{L})\p{Lu})\+(?![\p{L}\p{N}])`, () => ' plus'),
  rule(String.raw`\+`, () => ' plus '),
  rule(String.raw`[~≈]\s?(?=\d|[$€£])`, () => 'about '),
  rule(String.raw`#\s?(?=\d)`, () => 'number '),
  rule(String.raw`\s?[×÷→⇒≈]\s?`, ([taken]) => ALWAYS[taken.trim()]),
  rule(String.raw`[§№©]\s?`, ([taken]) => ALWAYS[taken.trim()]),
  rule(String.raw`[₀-₉]+`, ([taken]) => ` ${quantity(Array.from(taken, (digit) => String((digit.codePointAt(0) ?? 0x2080) - 0x2080)).join(''))}`),
  rule(String.raw`[%∞π±√°®™²³µ−]`, ([taken]) => ALWAYS[taken]),
  rule(String.raw`(?<=\s|^)@(?=\s)`, () => 'at'),
];
