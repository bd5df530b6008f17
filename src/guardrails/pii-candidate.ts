/** A possible piece of personal information in one view, before overlaps are resolved. */
import { originSpan, type Hit } from './reading.js';
import type { Finding } from './finding.js';
import { PII_KINDS, type PiiLabel } from './pii-type.js';
import { SpanSet } from './spans.js';
import type { View } from './view.js';
import { ViolationType } from './violation.js';

/** One candidate; its span is in units of the view. */
export interface PiiCandidate {
  readonly type: PiiLabel;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly score: number;
  /** A check digit, a checksum or a parser has confirmed it. */
  readonly validated: boolean;
  /** Which validator, or which rule, says so. */
  readonly rule: string;
}

/** A candidate with its place in the original text. */
export interface PiiFinding extends Finding {
  readonly pii: PiiLabel;
  readonly validated: boolean;
}

/** Severity of all personal information, as in the seeds. */
export const PII_SEVERITY = 0.8;

/** The candidate as a finding in the original text. */
export function locate(view: View, candidate: PiiCandidate): PiiFinding {
  const [start, end] = originSpan(view, candidate.start, candidate.end);
  const kind = PII_KINDS[candidate.type];
  return {
    rule: candidate.rule,
    type: ViolationType.PII_DETECTED,
    label: candidate.type,
    start,
    end,
    severity: PII_SEVERITY,
    score: candidate.score,
    via: view.name,
    message: `${kind.label} detected`,
    pii: candidate.type,
    validated: candidate.validated,
  };
}

/** Takes what does not overlap: validated before not, longer before shorter, then by priority of the kind, then by place. */
export function withoutOverlaps(findings: readonly PiiFinding[]): readonly PiiFinding[] {
  if (findings.length < 2) return findings;
  const ranked = [...findings].sort(
    (a, b) => Number(b.validated) - Number(a.validated) || b.end - b.start - (a.end - a.start) || PII_KINDS[b.pii].priority - PII_KINDS[a.pii].priority || a.start - b.start || b.score - a.score,
  );
  const kept = new SpanSet<PiiFinding>();
  for (const one of ranked) kept.add(one);
  return kept.all;
}

/** A finder: what the hits of one rule amount to in one view. */
export type PiiFinder = (hit: Hit) => readonly PiiCandidate[];
