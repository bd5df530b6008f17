/**
 * Finds profanity, slurs, threats and blocked patterns, however they are written: drawn out, with digits
 * for letters, spelled out, with marks or lookalikes, starred out. Words match as words; inside longer
 * words only stems count, and not in the ordinary words that hold one by chance.
 */
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';
import { CompiledPatterns } from '../pattern/compiled-pattern.js';
import { CONTENT_PACKED, CONTENT_VERSION } from './built-in.generated.js';
import type { Finding } from './finding.js';
import { LEXICON, type Grade } from './lexicon.js';
import { STEM_EXCEPTIONS } from './lexicon-exceptions.generated.js';
import { escapePattern, lexiconPattern } from './lexicon-pattern.js';
import { PatternCheck } from './pattern-check.js';
import { originSpan, type Hit, type Reading } from './reading.js';
import type { Rule } from './rule.js';
import { SpanSet, type Span } from './spans.js';
import { ViolationType } from './violation.js';
import { WordMatcher } from './word-matcher.js';

/** Options of {@link ContentFilter}. */
export interface ContentFilterOptions {
  /** Whether words of the lexicon count. @default true */
  readonly blockProfanity?: boolean;
  /** Words to use instead of the built-in lexicon. @default the built-in lexicon */
  readonly profanityList?: Iterable<string>;
  /** Regular expressions of blocked content; matched without regard to case, in every view. @default [] */
  readonly blockedPatterns?: readonly string[];
  /** The severity given to words of the lexicon. @default 0.3 */
  readonly maxSeverity?: number;
  /** Words and phrases that are never reported; they win over every other rule. @default [] */
  readonly allow?: Iterable<string>;
}

interface Known {
  readonly category: string;
  readonly grade: Grade;
  readonly type: ViolationType;
}

// Severity of blocked patterns, and of threats and harassment: the seeds' value for what an application forbids.
const BLOCKED_SEVERITY = 0.9;
const TOXIC_SEVERITY = 0.8;
// No word of a language is this long; what is, is an encoded file.
const LONGEST_WORD = 64;
const WORD = /[\p{L}\p{M}\p{N}'’]/u;

const compiled = new CompiledPatterns(CONTENT_PACKED, CONTENT_VERSION);
const PROFANITY = { type: ViolationType.PROFANITY, severity: 0.3 };
const TOXICITY = { type: ViolationType.TOXICITY, severity: TOXIC_SEVERITY };

/** Built-in rules, in the order of `CONTENT_PATTERNS`. */
const CONTENT_RULES: readonly Rule[] = [
  { id: 'word.lexicon', ...PROFANITY },
  { id: 'word.starred', ...PROFANITY },
  ...['threat.kill', 'threat.die', 'harass.worthless', 'harass.shutup'].map((id) => ({ id: `toxic.${id}`, ...TOXICITY })),
  { id: 'allow.phrases', type: ViolationType.CUSTOM, severity: 0 },
].map((rule, number) => ({ ...rule, pattern: compiled.pattern(number) }));

let builtIn: WordMatcher<Known> | undefined;

function builtInMatcher(): WordMatcher<Known> {
  return (builtIn ??= matcherOf(
    LEXICON.flatMap((category) => category.words.map((word) => [word, { category: category.id, grade: category.grade, type: category.type }] as const)),
    LEXICON.flatMap((category) => category.stems.map((stem) => [stem, { category: category.id, grade: category.grade, type: category.type }] as const)),
  ));
}

function matcherOf(words: readonly (readonly [string, Known])[], stems: readonly (readonly [string, Known])[]): WordMatcher<Known> {
  return new WordMatcher(words, stems, STEM_EXCEPTIONS.split(' '));
}

const STARRED_WORDS = 'fuck fucks fucked fucker fucking shit shits shitty bitch bitches cunt cunts dick dicks cock pussy asshole assholes bastard whore slut nigger nigga faggot motherfucker motherfucking bullshit'.split(' ');

/** The lexicon's word that a starred word stands for; stars at the end count from three on. */
function starredWord(word: string): string | undefined {
  if (/^[a-z]{0,2}[*#]{1,2}$/.test(word) || !/^[a-z]+[*#]+[a-z]*$/.test(word)) return undefined;
  const letters = word.replace(/[*#]/g, '');
  const pattern = new RegExp(`^${word.replace(/[*#]/g, '[a-z]')}$`);
  return letters.length * 3 < word.length ? (/^[a-z][*#]{3}$/.test(word) ? STARRED_WORDS.find((one) => pattern.test(one)) : undefined) : STARRED_WORDS.find((one) => pattern.test(one));
}

/** Filters profanity, toxicity and blocked topics. */
export class ContentFilter extends PatternCheck {
  readonly name = 'ContentFilter';
  readonly rules: readonly Rule[];
  readonly #severity: number;
  readonly #matcher: WordMatcher<Known> | undefined;
  readonly #blocked: readonly { readonly rule: Rule; readonly pattern: string }[];
  // Rules of the words, of threats, and of what is allowed.
  readonly #words: readonly Rule[];
  readonly #toxic: readonly Rule[];
  readonly #allow: readonly Rule[];

  /** Throws `InvalidOptionError` for unknown options and wrong types, and the scanner's error for a pattern that cannot be compiled. */
  constructor(options: ContentFilterOptions = {}) {
    super();
    refuseUnknownOptions('ContentFilter', options, ['blockProfanity', 'profanityList', 'blockedPatterns', 'maxSeverity', 'allow']);
    const { blockProfanity = true, profanityList, blockedPatterns = [], maxSeverity = 0.3, allow = [] } = options;
    this.#severity = requireNumber('ContentFilter.maxSeverity', maxSeverity, { min: 0, max: 1 });
    const custom = profanityList === undefined ? undefined : words('profanityList', profanityList).map((word) => word.toLowerCase());
    const isOn = requireBoolean('ContentFilter.blockProfanity', blockProfanity) && custom?.length !== 0;
    const allowed = words('allow', allow);
    const own = custom ?? [];
    if (isOn) this.#matcher = custom === undefined ? builtInMatcher() : matcherOf(own.map((word) => [word, { category: 'custom', grade: 'strong', type: ViolationType.PROFANITY }] as const), []);
    const usesLexicon = isOn && custom === undefined;
    const ruleOf = (id: string): readonly Rule[] => CONTENT_RULES.filter((rule) => rule.id.startsWith(id));
    this.#words = !isOn ? [] : usesLexicon ? ruleOf('word.') : [{ id: `word.${JSON.stringify(own)}`, pattern: lexiconPattern(own, []), flags: 'i', ...PROFANITY }];
    this.#toxic = usesLexicon ? ruleOf('toxic.') : [];
    this.#allow = !isOn
      ? []
      : [
          ...(usesLexicon ? ruleOf('allow.') : []),
          ...(allowed.length === 0 ? [] : [{ id: `allow.${JSON.stringify(allowed)}`, pattern: `\\b(?:${allowed.map(escapePattern).join('|')})\\b`, flags: 'i', type: ViolationType.CUSTOM, severity: 0 }]),
        ];
    this.#blocked = words('blockedPatterns', blockedPatterns).map((pattern) => ({ pattern, rule: { id: `blocked.${pattern}`, pattern, flags: 'i', type: ViolationType.BLOCKED_TOPIC, severity: BLOCKED_SEVERITY } }));
    this.rules = [...this.#words, ...this.#toxic, ...this.#allow, ...this.#blocked.map(({ rule }) => rule)];
  }

  /** What the text holds, in order of place; each place once, whatever number of views show it. */
  find(reading: Reading): readonly Finding[] {
    const found = new Map<ViolationType, SpanSet<Finding>>();
    const allowed = new SpanSet<Span>();
    for (const { id } of this.#allow) {
      for (const { view, start, end } of reading.hits(id)) {
        const [from, to] = originSpan(view, start, end);
        allowed.add({ start: from, end: to });
      }
    }
    const add = (finding: Finding): void => {
      if (allowed.holds(finding)) return;
      const known = found.get(finding.type);
      if (known === undefined) found.set(finding.type, spanSetOf(finding));
      else known.add(finding);
    };
    // A word that a text repeats is looked up once.
    const known = new Map<string, Known | undefined>();
    for (const { id } of this.#words) {
      for (const hit of reading.hits(id)) {
        if (id === 'word.starred') this.#starred(hit, add);
        else this.#word(hit, reading.text, known, add);
      }
    }
    for (const rule of this.#toxic) for (const hit of reading.hits(rule.id)) add(placed(hit, rule, rule.id.slice(6), 'Toxic content detected'));
    for (const { rule, pattern } of this.#blocked) {
      for (const hit of reading.hits(rule.id)) add({ ...placed(hit, rule, 'pattern', 'Blocked content pattern detected'), rule: 'blocked.pattern', metadata: { pattern, normalized: hit.view.name !== 'base' } });
    }
    return [...found.values()].flatMap(({ all }) => all).sort((a, b) => a.start - b.start);
  }

  #word(hit: Hit, original: string, lookedUp: Map<string, Known | undefined>, add: (finding: Finding) => void): void {
    const { text } = hit.view;
    let start = hit.start;
    let end = hit.end;
    while (start > 0 && hit.start - start < LONGEST_WORD && WORD.test(text.charAt(start - 1))) start--;
    while (end < text.length && end - start <= LONGEST_WORD && WORD.test(text.charAt(end))) end++;
    if (end - start > LONGEST_WORD) return;
    const word = text.slice(start, end).toLowerCase().replace(/^['’]+|['’]+$/g, '').replace(/['’]s$/, '');
    const [from, to] = originSpan(hit.view, start, end);
    const spelled = hit.view.name === 'joined' || hit.view.name === 'leet';
    const signs = isMostlySigns(hit, original.slice(from, to));
    const key = `${signs ? '#' : spelled ? '-' : ''}${word}`;
    if (!lookedUp.has(key)) lookedUp.set(key, this.#lookUp(word, signs, spelled));
    const known = lookedUp.get(key);
    if (known !== undefined) this.#add(hit, [from, to], known, add);
  }

  #lookUp(word: string, signs: boolean, spelled: boolean): Known | undefined {
    const matcher = this.#matcher;
    if (signs) return matcher?.inflected(word);
    // "such a f a g s" joins the article with the word
    return matcher?.find(word) ?? (spelled && /^[ai]/.test(word) ? matcher?.inflected(word.slice(1)) : undefined);
  }

  #starred(hit: Hit, add: (finding: Finding) => void): void {
    const { text } = hit.view;
    if (WORD.test(text.charAt(hit.start - 1)) || WORD.test(text.charAt(hit.end))) return;
    const word = starredWord(text.slice(hit.start, hit.end).toLowerCase());
    const known = word === undefined ? undefined : this.#matcher?.find(word);
    if (known !== undefined) this.#add(hit, originSpan(hit.view, hit.start, hit.end), known, add);
  }

  #add(hit: Hit, [from, to]: readonly [number, number], known: Known, add: (finding: Finding) => void): void {
    add({
      rule: `word.${known.category}`,
      type: known.type,
      label: known.category,
      start: from,
      end: to,
      severity: this.#severity,
      score: 1,
      via: hit.view.name,
      message: known.type === ViolationType.TOXICITY ? 'Slur detected' : 'Profanity detected',
      metadata: { category: known.category, grade: known.grade },
    });
  }
}

function spanSetOf(first: Finding): SpanSet<Finding> {
  const set = new SpanSet<Finding>();
  set.add(first);
  return set;
}

function placed(hit: Hit, rule: Rule, label: string, message: string): Finding {
  const [start, end] = originSpan(hit.view, hit.start, hit.end);
  return { rule: rule.id, type: rule.type, label, start, end, severity: rule.severity, score: 1, via: hit.view.name, message };
}

// A word in the leet view with at most one letter of its own.
function isMostlySigns(hit: Hit, original: string): boolean {
  return hit.view.name === 'leet' && (original.match(/\p{L}/gu)?.length ?? 0) < 2;
}

function words(option: string, value: unknown): readonly string[] {
  const list: readonly unknown[] | undefined = typeof value === 'object' && value !== null && Symbol.iterator in value ? [...(value as Iterable<unknown>)] : undefined;
  if (list === undefined || !list.every((word) => typeof word === 'string' && word.length > 0)) throw new InvalidOptionError(`ContentFilter.${option}`, value, 'a list of strings that are not empty');
  return list as readonly string[];
}
