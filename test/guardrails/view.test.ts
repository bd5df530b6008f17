import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originEnd, originStart, plainView, ViewBuilder, type View } from '../../src/guardrails/view.js';

type Step = { readonly kind: 'copy' | 'replace' | 'unit' | 'drop'; readonly length: number; readonly text: string };

const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('copy', 'replace', 'unit', 'drop'), length: fc.integer({ min: 0, max: 4 }), text: fc.string({ unit: 'binary', maxLength: 3 }) });

/** What the steps make of `source`, unit by unit: each with where its origin begins and ends. */
function slowly(source: View, steps: readonly Step[]): { readonly text: string; readonly origins: readonly (readonly [number, number])[] } {
  let text = '';
  const origins: (readonly [number, number])[] = [];
  let at = 0;
  for (const { kind, length, text: given } of steps) {
    const end = Math.min(source.text.length, at + length);
    if (kind === 'copy') {
      for (let n = at; n < end; n++) {
        text += source.text.charAt(n);
        origins.push([originStart(source, n), originEnd(source, n + 1)]);
      }
    } else if (kind !== 'drop') {
      const written = kind === 'unit' ? 'x' : given;
      text += written;
      for (let n = 0; n < written.length; n++) origins.push([originStart(source, at), originEnd(source, end)]);
    }
    at = end;
  }
  return { text, origins };
}

function build(source: View, steps: readonly Step[]): View {
  const builder = new ViewBuilder(source);
  let at = 0;
  for (const { kind, length, text } of steps) {
    const end = Math.min(source.text.length, at + length);
    if (kind === 'copy') builder.copy(at, end);
    else if (kind === 'unit') builder.unit(0x78, at, end);
    else if (kind === 'replace') builder.replace(text, at, end);
    at = end;
  }
  return builder.build('joined');
}

const originsOf = (view: View): readonly (readonly [number, number])[] => Array.from({ length: view.text.length }, (_, n) => [originStart(view, n), originEnd(view, n + 1)] as const);

describe('ViewBuilder', () => {
  it('says what the pieces say, and knows the place of every unit, through two views', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (text, first, second) => {
        const source = plainView('base', text);
        const view = build(source, first);
        const expected = slowly(source, first);
        expect([view.text, originsOf(view)]).toEqual([expected.text, expected.origins]);
        const above = build(view, second);
        const expectedAbove = slowly(view, second);
        expect([above.text, originsOf(above)]).toEqual([expectedAbove.text, expectedAbove.origins]);
      }),
      { seed: 20_260_728 },
    );
  });

  it('keeps lone surrogates, NUL and texts beyond what one call can take', () => {
    const text = `\ud800a\0\udc00${'é😀x'.repeat(30_000)}`;
    const builder = new ViewBuilder(plainView('base', text));
    builder.copy(0, text.length);
    expect(builder.length).toBe(text.length);
    const view = builder.build('fold');
    expect(view.text === text).toBe(true);
    expect([originStart(view, text.length - 1), originEnd(view, text.length)]).toEqual([text.length - 1, text.length]);
  });

  it('makes nothing of nothing', () => {
    const view = new ViewBuilder(plainView('base', 'abc')).build('leet');
    expect([view.name, view.text, originEnd(view, 0)]).toEqual(['leet', '', 0]);
  });
});
