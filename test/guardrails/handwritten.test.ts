/**
 * Texts written for this project without looking at any collection: formats, languages, disguises and
 * paraphrases of each class, and the harmless texts that resemble them. Those marked `known` are what the
 * rules still get wrong; they are counted, so that a change that gets more of them wrong is seen. @realm node
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { InjectionDetector } from '../../src/guardrails/injection-detector.js';
import { PIIDetector } from '../../src/guardrails/pii-detector.js';

interface Written {
  readonly task: 'pii' | 'content' | 'injection';
  readonly text: string;
  readonly type?: string;
  readonly start?: number;
  readonly end?: number;
  readonly injection?: boolean;
  readonly known?: boolean;
}

const written = readFileSync(new URL('../fixtures/guardrails/handwritten.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Written);
const [pii, content, injection] = [new PIIDetector(), new ContentFilter(), new InjectionDetector()];

function judge({ task, text }: Written): unknown {
  if (task === 'injection') return !injection.check(text).passed;
  if (task === 'content') return content.check(text).violations.map(({ type }) => String(type));
  return pii.check(text).violations.map(({ metadata, location }) => [metadata['pii_type'], ...(location ?? [])]);
}

function expected({ task, type, start, end, injection: isAttack }: Written): unknown {
  if (task === 'injection') return isAttack;
  if (task === 'content') return type === undefined ? [] : expect.arrayContaining([type]);
  return type === undefined ? [] : [[type, start, end]];
}

describe('written by hand', () => {
  it.each(['pii', 'content', 'injection'] as const)('%s: every text that is not known to be misjudged is judged right', (task) => {
    const wrong = written.filter((one) => one.task === task && one.known !== true).flatMap((one) => {
      try {
        expect(judge(one)).toEqual(expected(one));
        return [];
      } catch {
        return [{ text: one.text, got: judge(one) }];
      }
    });
    expect(wrong).toEqual([]);
  });

  it('holds as many harmless texts as others, and few that are known to be misjudged', () => {
    const harmless = written.filter((one) => one.type === undefined && one.injection !== true);
    expect(harmless.length).toBeGreaterThan(written.length * 0.45);
    expect(written.filter(({ known }) => known === true).length).toBeLessThan(written.length * 0.025);
  });
});
