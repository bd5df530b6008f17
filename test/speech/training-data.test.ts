// @realm node
import { describe, expect, it } from 'vitest';
import { VOCABULARY } from '../../src/speech/vocabulary.js';
import * as corpus from '../tools/train-commands/corpus.mjs';
import { DEVELOPMENT_VOICES, TEST_VOICES, TRAINING_VOICES } from '../tools/train-commands/voices.mjs';

interface Corpus {
  readonly SENTENCES: readonly string[];
  readonly OUTSIDE_DEV: readonly string[];
  readonly OUTSIDE_TEST: readonly string[];
  readonly randomOf: (seed: number) => { readonly next: () => number };
  readonly command: (random: unknown) => string;
}
const { SENTENCES, OUTSIDE_DEV, OUTSIDE_TEST, randomOf, command } = corpus as Corpus;

describe('what the model is trained, tuned and tested on', () => {
  it('is spoken by voices that are disjoint', () => {
    const all = [...TRAINING_VOICES, ...DEVELOPMENT_VOICES, ...TEST_VOICES];
    expect(all.length).toBeGreaterThan(60);
    expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
  });

  it('has other phrases outside the grammar for each purpose', () => {
    const all = [...SENTENCES, ...OUTSIDE_DEV, ...OUTSIDE_TEST];
    expect(new Set(all).size).toBe(all.length);
    expect(OUTSIDE_TEST.length).toBeGreaterThanOrEqual(40);
  });

  it('has commands of the vocabulary alone, the same for the same seed', () => {
    const list = (seed: number): string[] => {
      const random = randomOf(seed);
      return Array.from({ length: 300 }, () => command(random));
    };
    expect(list(1)).toEqual(list(1));
    expect(list(1)).not.toEqual(list(2));
    expect(list(3).flatMap((text) => text.split(' ')).filter((word) => !VOCABULARY.has(word))).toEqual([]);
  });
});
