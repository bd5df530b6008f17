/** The development data, class by class, against the figures that must be reached. @realm node */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type Scores } from '../eval/guardrails-scores.js';

let scores: Scores;
beforeAll(() => {
  scores = evaluate((name) => readFileSync(new URL(`../fixtures/guardrails/${name}.dev.jsonl`, import.meta.url), 'utf8'));
});

describe('on the development data', () => {
  it('personal information: micro and macro F1, spans, spoken and obfuscated forms, clean records', () => {
    const { pii } = scores;
    expect(pii.micro.f1).toBeGreaterThanOrEqual(0.98);
    expect(pii.exact).toBeGreaterThanOrEqual(0.97);
    expect(pii.macro).toBeGreaterThanOrEqual(0.98);
    expect(pii.types['credit_card']?.precision).toBeGreaterThanOrEqual(0.99);
    expect(pii.types['credit_card']?.recall).toBeGreaterThanOrEqual(0.97);
    expect(pii.tags['spoken']).toBeGreaterThanOrEqual(0.97);
    expect(pii.tags['obfuscated']).toBeGreaterThanOrEqual(0.97);
    expect(pii.cleanFlagged).toBeLessThanOrEqual(0.008);
    expect(Math.min(...Object.values(pii.bySource).map(({ f1 }) => f1))).toBeGreaterThanOrEqual(0.95);
  });

  it('profanity: F1, false alarms, every way of hiding a word', () => {
    const { profanity } = scores;
    expect(profanity.all.f1).toBeGreaterThanOrEqual(0.95);
    expect(profanity.falsePositiveRate).toBeLessThanOrEqual(0.005);
    for (const [group, recall] of Object.entries(profanity.groups)) expect(recall, group).toBeGreaterThanOrEqual(0.97);
  });

  it('injection: F1 with and without records of unreviewed labels, false alarms of each kind', () => {
    const { injection } = scores;
    expect(injection.all.f1).toBeGreaterThanOrEqual(0.68);
    expect(injection.reviewed.f1).toBeGreaterThanOrEqual(0.85);
    expect(injection.falsePositiveRate).toBeLessThanOrEqual(0.02);
    for (const [family, rate] of Object.entries(injection.clean)) expect(rate, family).toBeLessThanOrEqual(family === 'benign_hard' || family === 'benign_docs' ? 0.03 : 0.01);
  });
});
