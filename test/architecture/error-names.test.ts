// Names of error classes reach logs and events, and bundlers rename classes: each class states its own name.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** Error classes of a source text that do not state their own name. */
function nameless(text: string): readonly string[] {
  return [...text.matchAll(/class (\w+) extends \w*Error \{(?:\}|\n([^\n]*))/g)].flatMap(([, name = '', next = '']) => (next.includes(`override readonly name: string = '${name}';`) ? [] : [name]));
}

describe('error classes', () => {
  it('state their own name, first of all', () => {
    const files = readdirSync(src, { recursive: true }).map(String).filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'));
    const found = files.flatMap((file) => nameless(readFileSync(join(src, file), 'utf8')).map((name) => `${file}: ${name}`));
    expect(found.filter((one) => one !== 'base/errors.ts: SluiceError')).toEqual([]);
  });

  it('are noticed when they do not', () => {
    expect(nameless("class AError extends SluiceError {\n  override readonly name: string = 'AError';\n}\nclass BError extends SluiceError {\n  readonly b = 1;\n}\nclass CError extends BError {}\nclass DError extends SluiceError {\n  override readonly name: string = 'CError';\n}")).toEqual(['BError', 'CError', 'DError']);
  });
});
