// Compiled by the type tests: every line under a `@ts-expect-error` must fail to compile, all others must compile.
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageKind } from '../../src/stage/kind.js';
import { StageOutput } from '../../src/stage/output.js';
import type { StageContext } from '../../src/stage/context.js';
import type { Stage } from '../../src/stage/stage.js';

const stt: Stage<{ transcript: string; confidence: number }> = { name: 'stt', kind: 'transform', execute: () => StageOutput.ok({ transcript: 'x', confidence: 1 }) };
class Memory {
  readonly name = 'memory';
  readonly kind = StageKind.ENRICH;
  async execute(_ctx: StageContext): Promise<StageOutput<{ memoryEntries: readonly string[] }>> {
    return StageOutput.ok({ memoryEntries: ['a'] });
  }
}
class NeedsSttAndMemory {
  readonly name = 'both';
  readonly kind = StageKind.TRANSFORM;
  execute(ctx: StageContext<{ stt: { transcript: string }; memory: { memoryEntries: readonly string[] } }>): StageOutput<{ both: string }> {
    return StageOutput.ok({ both: ctx.inputs.requireFrom('stt', 'transcript') + ctx.inputs.requireFrom('memory', 'memoryEntries').length });
  }
}

const base = new Pipeline()
  .withStage('stt', stt, StageKind.TRANSFORM)
  .withStage('memory', Memory, StageKind.ENRICH, { dependencies: ['stt'] });

// --- must compile -------------------------------------------------------------------------------
const good = base
  .withStage('llm', (ctx) => {
    const text: string | undefined = ctx.inputs.getFrom('stt', 'transcript');
    const sure: string = ctx.inputs.getFrom('stt', 'transcript', '');
    const entries: readonly string[] = ctx.inputs.requireFrom('memory', 'memoryEntries');
    const found: string | undefined = ctx.inputs.get('transcript');
    return StageOutput.ok({ response: `${text}${sure}${found}${entries.length}` });
  }, 'agent', { dependencies: ['stt', 'memory'] })
  .withStage('both', new NeedsSttAndMemory(), StageKind.TRANSFORM, { dependencies: ['memory', 'stt'] })
  .withStage('withoutKind', new NeedsSttAndMemory(), { dependencies: ['memory', 'stt'] })
  .withStage('superset', new NeedsSttAndMemory(), StageKind.TRANSFORM, { dependencies: ['memory', 'stt', 'llm'] })
  .withStage('plain', async (ctx) => ({ n: ctx.inputs.getFrom('llm', 'response')?.length ?? 0 }), StageKind.WORK, { dependencies: ['llm'], streamsFrom: ['stt'] })
  .withStage('mixed', (ctx) => (ctx.attempt > 1 ? StageOutput.skip('no') : StageOutput.ok({ m: 1 })), StageKind.WORK, { dependencies: ['plain'] })
  .withStage('nothing', () => undefined)
  .build();
export async function reads(): Promise<string> {
  const results = await good.run({ inputText: 'hi' });
  const n: number = results.require('plain').data.n;
  const m: number = results.require('mixed').data.m;
  if (results.llm.status === 'ok') return results.llm.data.response;
  if (results.stt.status === 'ok') return results.stt.data.transcript;
  const llm = results.require('llm').data.response;
  return `${llm}${n}${m}${results.llm.error}`;
}

// --- must not compile ---------------------------------------------------------------------------
// @ts-expect-error a dependency that does not exist
base.withStage('a', stt, StageKind.TRANSFORM, { dependencies: ['sst'] });
// @ts-expect-error a live producer that does not exist
base.withStage('a', stt, StageKind.TRANSFORM, { streamsFrom: ['sst'] });
// @ts-expect-error a name used twice
base.withStage('stt', stt, StageKind.TRANSFORM);
// @ts-expect-error a stage that reads what it did not declare
base.withStage('a', new NeedsSttAndMemory(), StageKind.TRANSFORM);
// @ts-expect-error a stage whose needs are a superset of what it declares
base.withStage('a', new NeedsSttAndMemory(), StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error the same, as a class
base.withStage('a', NeedsSttAndMemory, StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error the same, as a function
base.withStage('a', (ctx: StageContext<{ stt: { transcript: string }; memory: { memoryEntries: readonly string[] } }>) => StageOutput.ok({ n: ctx.inputs.getFrom('memory', 'memoryEntries') }), StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error a stage that reads an undeclared stage in place
base.withStage('a', (ctx) => StageOutput.ok({ n: ctx.inputs.getFrom('memory', 'memoryEntries') }), StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error a misspelt key
base.withStage('a', (ctx) => StageOutput.ok({ n: ctx.inputs.getFrom('stt', 'transcrpt') }), StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error a misspelt key, without the stage's name
base.withStage('a', (ctx) => StageOutput.ok({ n: ctx.inputs.get('transcrpt') }), StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error a key of another type than the stage needs
base.withStage('a', { name: 'a', kind: 'work', execute: (ctx: StageContext<{ stt: { transcript: number } }>) => StageOutput.ok({ n: ctx.inputs.getFrom('stt', 'transcript') }) }, StageKind.TRANSFORM, { dependencies: ['stt'] });
// @ts-expect-error a kind that does not exist
base.withStage('a', stt, 'transfrom');
// @ts-expect-error an option that does not exist
base.withStage('a', stt, StageKind.TRANSFORM, { dependancies: ['stt'] });
export async function wrongReads(): Promise<void> {
  const results = await good.run();
  // @ts-expect-error a result of a stage that does not exist
  results.sst;
  // @ts-expect-error data is there only when the status is ok
  results.llm.data.response.length;
  // @ts-expect-error a misspelt key of a result
  results.require('llm').data.respnse;
  // @ts-expect-error require of a stage that does not exist
  results.require('lmm');
}
