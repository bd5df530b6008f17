/**
 * Finds attempts to change, void, reveal or impersonate the instructions of a model.
 *
 * Weighted families are summed over a window of a few sentences; from 1.0 the text does not pass. The
 * score says how far above: observe from 0.6, flag from 1.0, block from 1.6.
 */
import { InvalidOptionError, refuseUnknownOptions, requireOneOf } from '../base/option.js';
import type { Data } from '../base/data.js';
import type { Finding } from './finding.js';
import { INJECTION_RULES } from './injection-rules.js';
import { PatternCheck } from './pattern-check.js';
import { originSpan, type Hit, type Reading } from './reading.js';
import type { Rule } from './rule.js';
import type { Reach } from './stream-hold.js';
import { ViolationType } from './violation.js';

/** Where a text comes from: a person's turn, or a document, page or tool result. */
export type InjectionProfile = 'user' | 'content';

/** Options of {@link InjectionDetector}. */
export interface InjectionDetectorOptions {
  /** Further regular expressions, each of which decides alone; matched without regard to case, in every view. @default [] */
  readonly additionalPatterns?: readonly string[];
  /** @default 'user' */
  readonly profile?: InjectionProfile;
}

/** A match of a family, and what it weighs there. */
export interface Signal {
  readonly family: string;
  readonly weight: number;
  readonly hit: Hit;
}

// A person may speak to the assistant and tell it what to do; a document or a tool's result has no business to.
const IN_CONTENT: Readonly<Record<string, number>> = { addressed: 1, order: 0.7, role: 0.9, secrecy: 0.8, credentials: 0.8, 'exfil.to': 1 };
/** A text does not pass from this score on. */
export const THRESHOLD = 1;
const BLOCK = 1.6;
const WINDOW = 1200; // characters within which families add up
const DECODED_FACTOR = 1.1;
// Readings of the letters that stand there; the others had to be decoded.
const WRITTEN: ReadonlySet<string> = new Set(['base', 'fold', 'joined', 'leet', 'spoken']);
// What is taken off when a text speaks about such phrases: a question or an explanation that addresses no model.
const FRAME = 0.6;
// Families whose words turn up where people write about models.
const MENTIONABLE: ReadonlySet<string> = new Set(['override', 'leak', 'addressed', 'persona', 'compliance', 'verbatim', 'role', 'mode', 'enter', 'given', 'norules', 'order', 'delimiter', 'exfil', 'unaligned', 'prior', 'everything', 'unlock', 'void']);
const TALKS_ABOUT = /^\W{0,4}(?:how (?:do|does|can|to|should|would)|what (?:is|are|does|do) (?:an?|the (?:difference|meaning|purpose|best|point))|why (?:do|does|is|are)|explain|define|write (?:documentation|an? (?:essay|article|blog|story|post|test))|document)\b|\b(?:meaning|documentation|definition|parameter|attribute|(?:is|are|was|were|can be|will be|gets?) (?:set|passed|sent|used|ignored|overridden|merged|called|returned|configured)|e\.g\.|for example|if you (?:want|need)|this means|allows? (?:you|users)|in (?:html|logs|python|javascript|our api)|by default|field|constructor|middleware|callback|pipeline|config(?:uration)?|endpoint|api)\b|`[^`\n]+`|\b(?:my|our|his|her|their|the) \w+ (?:told|asked|wants?|wanted|reminded|allowed) (?:me|us|him|her|them)\b|\b(?:he|she|they|we) (?:said|told|asked|decided|agreed|had|were)\b/i;
const ADDRESSES = /\b(?:your|you are|you['’]re|you were|you must|tell me|give me|show me|tell you|obey me)\b/i;

/** Detects prompt injection. */
export class InjectionDetector extends PatternCheck {
  readonly name = 'InjectionDetector';
  override readonly reach: Reach = 'sentence';
  readonly rules: readonly Rule[];
  /** Where the texts come from. */
  readonly profile: InjectionProfile;
  readonly #additional: readonly { readonly pattern: string; readonly rule: Rule }[];

  /** Throws `InvalidOptionError` for unknown options, and the scanner's error for a pattern that cannot be compiled. */
  constructor(options: InjectionDetectorOptions = {}) {
    super();
    refuseUnknownOptions('InjectionDetector', options, ['additionalPatterns', 'profile']);
    const { additionalPatterns = [], profile = 'user' } = options;
    this.profile = requireOneOf('InjectionDetector.profile', profile, ['user', 'content']);
    if (!Array.isArray(additionalPatterns) || !additionalPatterns.every((pattern) => typeof pattern === 'string' && pattern.length > 0)) throw new InvalidOptionError('InjectionDetector.additionalPatterns', additionalPatterns, 'a list of strings that are not empty');
    this.#additional = (additionalPatterns as readonly string[]).map((pattern) => ({ pattern, rule: { id: `injection.additional.${pattern}`, pattern, flags: 'i', type: ViolationType.INJECTION_ATTEMPT, severity: 1 } }));
    this.rules = [...INJECTION_RULES.map(({ rule }) => rule), ...this.#additional.map(({ rule }) => rule)];
  }

  /** Attempts in the text: at most one, the strongest, from the built-in families, and every additional pattern. */
  find(reading: Reading): readonly Finding[] {
    const found: Finding[] = [];
    const signals = INJECTION_RULES.flatMap(({ family, weight, rule }) => reading.hits(rule.id).map((hit): Signal => ({ family, weight: this.profile === 'content' ? (IN_CONTENT[family] ?? weight) : weight, hit })));
    const strongest = strongestWindow(signals);
    if (strongest !== undefined && strongest.score >= THRESHOLD) found.push(this.#finding(strongest.signals, strongest.score));
    for (const { rule, pattern } of this.#additional) {
      for (const hit of reading.hits(rule.id)) {
        const [start, end] = originSpan(hit.view, hit.start, hit.end);
        found.push({ rule: 'injection.additional', type: ViolationType.INJECTION_ATTEMPT, label: 'additional', start, end, severity: 1, score: 1, via: hit.view.name, message: 'Potential prompt injection detected', metadata: { matched_pattern: pattern, families: ['additional'], action: 'flag' } });
      }
    }
    return found.sort((a, b) => a.start - b.start);
  }

  #finding(signals: readonly Signal[], score: number): Finding {
    const spans = signals.map(({ hit }) => originSpan(hit.view, hit.start, hit.end));
    const families = [...new Set(signals.map(({ family }) => family))];
    return {
      rule: `injection.${families[0] ?? ''}`,
      type: ViolationType.INJECTION_ATTEMPT,
      label: families[0] ?? '',
      start: Math.min(...spans.map(([start]) => start)),
      end: Math.max(...spans.map(([, end]) => end)),
      severity: Math.min(1, score),
      score: Math.round(score * 100) / 100,
      via: signals[0]?.hit.view.name ?? 'base',
      message: 'Potential prompt injection detected',
      metadata: { families, matched_pattern: families[0] ?? '', action: score >= BLOCK ? 'block' : 'flag' },
    };
  }

  /** How many patterns were looked for, and the profile. */
  protected override facts(): Data {
    return { patterns_checked: this.rules.length, profile: this.profile };
  }
}

// Families that are met again so soon add nothing, and a text made of one phrase must not cost more than its length.
const ECHO = 100;

/** Without signals that repeat their family within a few words. */
function sparse(signals: readonly Signal[]): readonly Signal[] {
  const last = new Map<string, number>();
  return signals.filter(({ family, hit }) => {
    const echo = hit.start - (last.get(family) ?? -Infinity) < ECHO;
    if (!echo) last.set(family, hit.start);
    return !echo;
  });
}

/** "ignore the guidelines" is one signal, although it also speaks of no guidelines. `signals` are in order of place. */
function withoutInner(signals: readonly Signal[]): readonly Signal[] {
  const overrides = signals.filter(({ family }) => family.startsWith('override'));
  let next = 0;
  let reach = 0; // how far the overrides that begin so far go
  return signals.filter(({ family, hit }) => {
    for (let one = overrides[next]; one !== undefined && one.hit.start <= hit.start; one = overrides[++next]) reach = Math.max(reach, one.hit.end);
    return family !== 'norules' || reach < hit.end;
  });
}

// How far before a signal its sentence may begin, and behind it end.
const FRAME_BEFORE = 200;
const FRAME_AFTER = 240;

/** What the sentence around `at` takes off the score. */
function frameOf(text: string, at: number): number {
  // what is looked through is bounded, because a text may hold thousands of signals and no line end
  const near = text.slice(Math.max(0, at - FRAME_BEFORE + 1), at + FRAME_AFTER);
  const place = Math.min(at, FRAME_BEFORE - 1);
  const before = Math.max(near.lastIndexOf('\n', place - 1), near.lastIndexOf('. ', place - 1));
  const line = near.slice(before + 1).split('\n', 1)[0] ?? '';
  return TALKS_ABOUT.test(line.trim()) && !ADDRESSES.test(line) ? FRAME : 0;
}

/** The window with the highest sum of distinct families; each family counts once, at its heaviest. */
export function strongestWindow(signals: readonly Signal[]): { readonly score: number; readonly signals: readonly Signal[] } | undefined {
  let best: { score: number; signals: readonly Signal[] } | undefined;
  for (const view of new Set(signals.map(({ hit }) => hit.view))) {
    const inView = withoutInner(sparse(signals.filter(({ hit }) => hit.view === view).sort((a, b) => a.hit.start - b.hit.start)));
    const decoded = !WRITTEN.has(view.name);
    inView.forEach((first, n) => {
      const families = new Map<string, Signal>();
      for (let at = n; at < inView.length; at++) {
        const signal = inView[at] as Signal; // at < length
        if (signal.hit.start - first.hit.start > WINDOW) break;
        const root = signal.family.split('.')[0] ?? signal.family;
        const held = families.get(root);
        if (held === undefined || held.weight < signal.weight) families.set(root, signal);
      }
      const sum = [...families.values()].reduce((total, { weight }) => total + weight, 0) * (decoded ? DECODED_FACTOR : 1);
      const score = sum - (sum >= THRESHOLD && sum < THRESHOLD + FRAME && [...families.keys()].every((family) => MENTIONABLE.has(family)) ? frameOf(view.text, first.hit.start) : 0);
      if (best === undefined || score > best.score) best = { score, signals: [...families.values()] };
    });
  }
  return best;
}
