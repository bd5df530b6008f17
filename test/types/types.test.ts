// What must compile compiles, what must not does not, and wiring a large pipeline costs the compiler little.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, readText, typeFiles } from './compile.js';
import type { Compiled } from './compile.js';

const output = fileURLToPath(new URL('../.output/types-check', import.meta.url));

describe('files in test/types', () => {
  const files = typeFiles();
  let compiled: Compiled;
  beforeAll(() => {
    compiled = compile('types', files);
  }, 60_000);

  it.each(files.map((file) => basename(file)))('%s: compiles, and every mistake in it is caught', (file) => {
    expect(compiled.errors.filter((error) => error.startsWith(`test/types/${file}(`))).toEqual([]);
  });

  it('notices a mistake that is not one', () => {
    mkdirSync(output, { recursive: true });
    const file = join(output, 'no-mistake.ts');
    writeFileSync(file, '// @ts-expect-error nothing is wrong here\nexport const fine: number = 1;\n');
    expect(compile('no-mistake', [file]).errors.join()).toMatch(/no-mistake\.ts.*TS2578/);
  }, 60_000);

  it('has a must-not-compile case for each law of wiring', () => {
    const text = readText('test/types/wiring.ts');
    expect([...text.matchAll(/@ts-expect-error/g)].length).toBeGreaterThanOrEqual(14);
  });
});

/** A pipeline whose every stage depends on the one before it, and reads it where `reading`. */
function generated(stages: number, reading: boolean): string {
  const lines = ["import { Pipeline, StageKind, StageOutput } from 'sluice';", 'export const graph = new Pipeline()', "  .withStage('s0', async () => StageOutput.ok({ v0: 0 }), StageKind.WORK)"];
  for (let i = 1; i < stages; i += 1) {
    const stage = reading ? `async (ctx) => StageOutput.ok({ v${i}: ctx.inputs.requireFrom('s${i - 1}', 'v${i - 1}') })` : `async () => StageOutput.ok({ v${i}: 0 })`;
    lines.push(`  .withStage('s${i}', ${stage}, StageKind.WORK, { dependencies: ['s${i - 1}'] })`);
  }
  lines.push('  .build();', `export const last = async (): Promise<number> => (await graph.run({ inputText: '' })).require('s${stages - 1}').data.v${stages - 1};`);
  return `${lines.join('\n')}\n`;
}

describe('the cost of types', () => {
  // What checking the library itself takes is not the wiring's cost.
  let library: number;
  beforeAll(() => {
    mkdirSync(output, { recursive: true });
    const file = join(output, 'stages-0.ts');
    writeFileSync(file, "import { Pipeline } from 'sluice';\nexport const graph = new Pipeline().build();\n");
    library = compile('stages-0', [file]).instantiations;
  }, 60_000);

  // Quadratic in the number of stages: each mention of the graph so far costs it once per stage.
  it.each([[60, false, 50_000], [200, false, 150_000], [60, true, 75_000], [200, true, 380_000]])('%i wired stages, reading what they wait for: %s, take at most %i instantiations', (stages, reading, budget) => {
    const name = `stages-${stages}${reading ? '-reading' : ''}`;
    const file = join(output, `${name}.ts`);
    writeFileSync(file, generated(stages, reading));
    const compiled = compile(name, [file]);
    expect(compiled.errors.filter((error) => error.includes(`${name}.ts`))).toEqual([]);
    expect(compiled.instantiations - library, `of ${compiled.instantiations} instantiations, ${compiled.checkSeconds} s`).toBeLessThanOrEqual(budget);
  }, 60_000);
});
