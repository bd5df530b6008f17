// Whoever listens finds every event that the library emits, with its payload, in `EventMap`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const NAME = /'([a-z_]+\.[a-z_]+)'/g;

/** Names of events in the lines of a source text that emit one. */
function emitted(text: string): readonly string[] {
  return text.split('\n').filter((line) => /mit(?:Event|ter)?(?:\?\.)?\(/.test(line)).flatMap((line) => [...line.matchAll(NAME)].map(([, name = '']) => name));
}

describe('EventMap', () => {
  const known = new Set([...readFileSync(join(src, 'event/event.ts'), 'utf8').matchAll(/^ {2}'([a-z_.]+)': /gm)].map(([, name]) => name));

  it('has every event that is emitted by its name', () => {
    const files = readdirSync(src, { recursive: true }).map(String).filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'));
    const found = new Set(files.flatMap((file) => emitted(readFileSync(join(src, file), 'utf8'))));
    expect(found.size).toBeGreaterThan(30);
    expect([...found].filter((name) => !known.has(name)).sort()).toEqual([]);
  });

  it('has the events whose names are put together', () => {
    expect(['started', 'completed', 'failed', 'canceled'].map((what) => `pipeline.${what}`).filter((name) => !known.has(name))).toEqual([]);
  });

  it('is searched by what finds each way to emit', () => {
    expect(emitted("ctx.tryEmitEvent('a.one', {});\nsink.tryEmit({ type: 'b.two', data });\neventEmitter?.(yes ? 'c.three' : 'd.four');\nconst x = 'e.five';\nthis.#emit?.('f.six');")).toEqual(['a.one', 'b.two', 'c.three', 'd.four', 'f.six']);
  });
});
