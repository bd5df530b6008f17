/**
 * How well injection generalises over sources. The patterns are written by hand and cannot be refitted by a
 * script; what is fitted are the weights of the families and the threshold. For each source they are fitted on
 * all other sources, and its records are judged with them: no record is judged by numbers that have seen its source.
 *
 * The fit is coordinate ascent from flat weights (every family 0.8): each family in turn is tried lighter and heavier,
 * and what raises F1 over the training records, with false alarms counted twice, stays.
 */
import { INJECTION_RULES } from '../../src/guardrails/injection-rules.js';
import { strongestWindow, THRESHOLD, type Signal } from '../../src/guardrails/injection-detector.js';
import { Reading } from '../../src/guardrails/reading.js';
import { sharedScanner } from '../../src/guardrails/shared-scanner.js';

interface Labelled {
  readonly text: string;
  readonly source: string;
  readonly injection: boolean;
  readonly noisy?: boolean;
}

interface Read {
  readonly source: string;
  readonly positive: boolean;
  readonly reviewed: boolean;
  readonly signals: readonly Signal[];
}

type Weights = ReadonlyMap<string, number>;

/** Records of one source judged by weights fitted on all others. */
export interface HeldOut {
  readonly source: string;
  readonly count: number;
  readonly attacks: number;
  readonly found: number;
  readonly falseAlarms: number;
}

/** Held-out judgements over all sources. */
export interface CrossValidation {
  readonly sources: readonly HeldOut[];
  /** F1 of all records, each judged without its source. */
  readonly f1: number;
  /** The same without records of unreviewed labels. */
  readonly reviewed: number;
  readonly falsePositiveRate: number;
}

const STEPS = [0.2, 0.4, 0.6, 0.8, 1, 1.2];
const ROUNDS = 2;

/** Cross-validates over the sources of `records`. */
export function crossValidate(records: readonly Labelled[]): CrossValidation {
  const scanner = sharedScanner(INJECTION_RULES.map(({ rule }) => rule));
  const read = records.map(({ text, source, injection, noisy }): Read => {
    const reading = Reading.of(text, scanner);
    return { source, positive: injection, reviewed: noisy !== true, signals: INJECTION_RULES.flatMap(({ family, weight, rule }) => reading.hits(rule.id).map((hit): Signal => ({ family, weight, hit }))) };
  });
  const flagged = new Map<Read, boolean>();
  for (const source of new Set(read.map((one) => one.source))) {
    const weights = fit(read.filter((one) => one.source !== source));
    for (const one of read) if (one.source === source) flagged.set(one, isFlagged(one, weights));
  }
  const of = (some: readonly Read[], positive: boolean): number => some.filter((one) => one.positive === positive && flagged.get(one) === true).length;
  const f1 = (some: readonly Read[]): number => (2 * of(some, true)) / (of(some, true) + of(some, false) + some.filter(({ positive }) => positive).length);
  return {
    sources: [...new Set(read.map((one) => one.source))].map((source) => {
      const own = read.filter((one) => one.source === source);
      return { source, count: own.length, attacks: own.filter(({ positive }) => positive).length, found: of(own, true), falseAlarms: of(own, false) };
    }),
    f1: f1(read),
    reviewed: f1(read.filter(({ reviewed }) => reviewed)),
    falsePositiveRate: of(read, false) / read.filter(({ positive }) => !positive).length,
  };
}

function isFlagged({ signals }: Read, weights: Weights): boolean {
  if (signals.length === 0) return false;
  const weighted = signals.map((signal) => ({ ...signal, weight: weights.get(signal.family) ?? 0.8 }));
  return (strongestWindow(weighted)?.score ?? 0) >= THRESHOLD;
}

// Only the records in which a family occurs can change with its weight.
function fit(training: readonly Read[]): Weights {
  const weights = new Map(INJECTION_RULES.map(({ family }) => [family, 0.8]));
  const state = new Map(training.map((one) => [one, isFlagged(one, weights)]));
  const totals = { hit: 0, wrong: 0, positives: training.filter(({ positive }) => positive).length };
  for (const [one, is] of state) if (is) totals[one.positive ? 'hit' : 'wrong']++;
  const quality = (hit: number, wrong: number): number => (2 * hit) / (hit + 2 * wrong + totals.positives);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { family } of INJECTION_RULES) {
      const affected = training.filter(({ signals }) => signals.some((signal) => signal.family === family));
      let best = { weight: weights.get(family) ?? 0.8, quality: quality(totals.hit, totals.wrong), hit: totals.hit, wrong: totals.wrong };
      for (const weight of STEPS) {
        const tried = new Map(weights).set(family, weight);
        let { hit, wrong } = totals;
        for (const one of affected) {
          const change = Number(isFlagged(one, tried)) - Number(state.get(one));
          if (one.positive) hit += change;
          else wrong += change;
        }
        if (quality(hit, wrong) > best.quality + 1e-9) best = { weight, quality: quality(hit, wrong), hit, wrong };
      }
      weights.set(family, best.weight);
      totals.hit = best.hit;
      totals.wrong = best.wrong;
      for (const one of affected) state.set(one, isFlagged(one, weights));
    }
  }
  return weights;
}
