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

/** A pipeline whose every stage depends on the one before it and on the first, and reads both. */
function generated(stages: number): string {
  const lines = ["import { Pipeline, StageKind, StageOutput } from 'sluice';", 'export const graph = new Pipeline()', "  .withStage('s0', async () => StageOutput.ok({ v0: 0 }), StageKind.WORK)"];
  for (let i = 1; i < stages; i += 1) {
    const dependencies = i === 1 ? "'s0'" : `'s0', 's${i - 1}'`;
    lines.push(`  .withStage('s${i}', async (ctx) => StageOutput.ok({ v${i}: ctx.inputs.requireFrom('s${i - 1}', 'v${i - 1}') + ctx.inputs.requireFrom('s0', 'v0') }), StageKind.WORK, { dependencies: [${dependencies}] })`);
  }
  lines.push('  .build();', `export const last = async (): Promise<number> => (await graph.run({ inputText: '' })).require('s${stages - 1}').data.v${stages - 1};`);
  return `${lines.join('\n')}\n`;
}

describe('the cost of types', () => {
  it.each([[60, 20_000], [200, 150_000]])('%i wired stages take at most %i instantiations', (stages, budget) => {
    mkdirSync(output, { recursive: true });
    const file = join(output, `stages-${stages}.ts`);
    const empty = join(output, 'stages-0.ts');
    writeFileSync(file, generated(stages));
    writeFileSync(empty, "import { Pipeline } from 'sluice';\nexport const graph = new Pipeline().build();\n");
    const without = compile('stages-0', [empty]);
    const compiled = compile(`stages-${stages}`, [file]);
    const cost = compiled.instantiations - without.instantiations;
    expect(compiled.errors.filter((error) => error.includes(`stages-${stages}.ts`))).toEqual([]);
    expect(cost, `${cost} instantiations, ${compiled.checkSeconds} s`).toBeLessThanOrEqual(budget);
  }, 60_000);
});
