/**
 * Keeps a conversation off subjects, or on them: each topic is a set of words, phrases and patterns, and
 * counts from a number of different ones on.
 */
import { InvalidOptionError, refuseUnknownOptions, requireName, requireNumber } from '../base/option.js';
import type { Finding } from './finding.js';
import { PatternCheck } from './pattern-check.js';
import { originSpan, type Reading } from './reading.js';
import type { Rule } from './rule.js';
import { ViolationType } from './violation.js';

/** A subject. */
export interface Topic {
  /** Shown in violations. */
  readonly name: string;
  /** Words and phrases; they match as words, whatever their letter case. @default [] */
  readonly keywords?: readonly string[];
  /** Regular expressions, without regard to case. @default [] */
  readonly patterns?: readonly string[];
  /** Different keywords and patterns that must be met. @default 1 */
  readonly atLeast?: number;
  /** @default 0.9 */
  readonly severity?: number;
}

/** Options of {@link TopicFilter}. */
export interface TopicFilterOptions {
  /** Subjects that are not allowed. */
  readonly blocked: readonly Topic[];
}

interface Compiled {
  readonly topic: Topic;
  readonly rules: readonly Rule[];
  readonly atLeast: number;
  readonly severity: number;
}

/** Reports texts about blocked topics. */
export class TopicFilter extends PatternCheck {
  readonly name = 'TopicFilter';
  readonly rules: readonly Rule[];
  readonly #topics: readonly Compiled[];

  /** Throws `InvalidOptionError` for unknown options and topics without words, and the scanner's error for a pattern that cannot be compiled. */
  constructor(options: TopicFilterOptions) {
    super();
    refuseUnknownOptions('TopicFilter', options, ['blocked']);
    if (!Array.isArray(options.blocked) || options.blocked.length === 0) throw new InvalidOptionError('TopicFilter.blocked', options.blocked, 'a list of at least one topic');
    this.#topics = (options.blocked as readonly Topic[]).map(compile);
    this.rules = this.#topics.flatMap(({ rules }) => rules);
  }

  /** One finding for each topic that is met, at its first word. */
  find(reading: Reading): readonly Finding[] {
    const found: Finding[] = [];
    for (const { topic, rules, atLeast, severity } of this.#topics) {
      const met = rules.filter((rule) => reading.hits(rule.id).length > 0);
      if (met.length < atLeast) continue;
      const hits = met.flatMap((rule) => reading.hits(rule.id)).map((hit) => ({ hit, span: originSpan(hit.view, hit.start, hit.end) }));
      const first = hits.reduce((a, b) => (b.span[0] < a.span[0] ? b : a));
      found.push({
        rule: 'topic',
        type: ViolationType.BLOCKED_TOPIC,
        label: topic.name,
        start: first.span[0],
        end: first.span[1],
        severity,
        score: Math.min(1, met.length / rules.length + 0.5),
        via: first.hit.view.name,
        message: 'Blocked topic detected',
        metadata: { topic: topic.name, matches: met.length },
      });
    }
    return found.sort((a, b) => a.start - b.start);
  }
}

function compile(topic: Topic): Compiled {
  if (typeof topic !== 'object' || topic === null) throw new InvalidOptionError('TopicFilter.blocked', topic, 'a list of topics, each with a name and keywords or patterns');
  refuseUnknownOptions('Topic', topic, ['name', 'keywords', 'patterns', 'atLeast', 'severity']);
  const name = requireName('Topic.name', topic.name);
  const { keywords = [], patterns = [] } = topic;
  const sources = [...keywords.map((word) => wordPattern(requireName('Topic.keywords', word))), ...patterns.map((pattern) => requireName('Topic.patterns', pattern))];
  if (sources.length === 0) throw new InvalidOptionError('Topic.keywords', keywords, 'a list of at least one word, or patterns');
  const severity = requireNumber('Topic.severity', topic.severity ?? 0.9, { min: 0, max: 1 });
  return {
    topic: { ...topic, name },
    rules: sources.map((pattern) => ({ id: `topic.${name}.${pattern}`, pattern, flags: 'i', type: ViolationType.BLOCKED_TOPIC, severity })),
    atLeast: requireNumber('Topic.atLeast', topic.atLeast ?? 1, { min: 1, max: sources.length, integer: true }),
    severity,
  };
}

function wordPattern(word: string): string {
  const escaped = word.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s{1,3}');
  return `${/^[\w]/.test(word) ? '\\b' : ''}${escaped}${/\w$/.test(word) ? '\\b' : ''}`;
}
