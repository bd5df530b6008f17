// The same laws of wiring through the main entry, with functions, classes and results; each `@ts-expect-error` is a mistake that the compiler has to catch.
import { Pipeline, StageKind, StageOutput } from 'sluice';
import type { Stage, StageContext } from 'sluice';

const stt = async (): Promise<StageOutput<{ transcript: string; confidence: number }>> => StageOutput.ok({ transcript: 'hi', confidence: 1 });
const memory: Stage<{ memoryEntries: readonly string[] }> = { name: 'memory', kind: StageKind.ENRICH, execute: () => ({ memoryEntries: [] }) };
const base = new Pipeline().withStage('stt', stt, StageKind.TRANSFORM).withStage('memory', memory, StageKind.ENRICH, { dependencies: ['stt'] });

// What is declared may be read, with its type.
export const good = base.withStage('llm', async (ctx) => {
  const transcript: string = ctx.inputs.requireFrom('stt', 'transcript');
  const entries: readonly string[] = ctx.inputs.requireFrom('memory', 'memoryEntries');
  return StageOutput.ok({ response: `${transcript}${entries.length}` });
}, StageKind.AGENT, { dependencies: ['stt', 'memory'] });

// A class, an instance and a plain record as data.
class Shout {
  readonly name = 'shout';
  readonly kind = StageKind.TRANSFORM;
  readonly execute = (ctx: StageContext<{ llm: { response: string } }>): { loud: string } => ({ loud: ctx.inputs.requireFrom('llm', 'response').toUpperCase() });
}
export const loud = good.withStage('shout', Shout, StageKind.TRANSFORM, { dependencies: ['llm'] });
export const alsoLoud = good.withStage('shout', new Shout(), { dependencies: ['llm', 'stt'], streamsFrom: ['llm'] });

// Results have the types of the stages.
export async function results(): Promise<string> {
  const outcome = await loud.build().run({ inputText: 'x' });
  const response: string = outcome.require('llm').data.response;
  // @ts-expect-error data is what the stage gives only when it went well
  const unsafe: string = outcome.llm.data.response;
  // @ts-expect-error there is no such stage
  outcome.require('lllm');
  // @ts-expect-error the stage gives no such key
  outcome.require('llm').data.respnose;
  return response + unsafe;
}

// @ts-expect-error a misspelt dependency
base.withStage('a', async () => StageOutput.ok({}), StageKind.WORK, { dependencies: ['sst'] });

// @ts-expect-error a misspelt live producer
base.withStage('a', async () => StageOutput.ok({}), StageKind.WORK, { streamsFrom: ['sst'] });

// @ts-expect-error a name that is used already
base.withStage('stt', async () => StageOutput.ok({}), StageKind.WORK);

base.withStage('a', async (ctx) => {
  // @ts-expect-error memory is not declared
  ctx.inputs.requireFrom('memory', 'memoryEntries');
  // @ts-expect-error stt has no such key
  ctx.inputs.requireFrom('stt', 'transcrpit');
  return StageOutput.ok({});
}, StageKind.WORK, { dependencies: ['stt'] });

// @ts-expect-error the stage reads llm, which is not declared
good.withStage('shout', new Shout(), StageKind.TRANSFORM, { dependencies: ['stt'] });

// @ts-expect-error the stage reads llm, and nothing is declared
good.withStage('shout', Shout, StageKind.TRANSFORM);

// What a stage needs is a superset of what is declared.
const needsBoth: Stage<{ n: number }, { stt: { transcript: string }; llm: { response: string } }> = {
  name: 'both',
  kind: StageKind.WORK,
  execute: (ctx) => ({ n: ctx.inputs.requireFrom('stt', 'transcript').length + ctx.inputs.requireFrom('llm', 'response').length }),
};
good.withStage('both', needsBoth, StageKind.WORK, { dependencies: ['stt', 'llm'] });
// @ts-expect-error llm is needed too
good.withStage('both', needsBoth, StageKind.WORK, { dependencies: ['stt'] });

// What a stage needs of a dependency must be what that gives.
const wrongKind: Stage<{ n: number }, { stt: { transcript: number } }> = { name: 'wrong', kind: StageKind.WORK, execute: () => ({ n: 1 }) };
// @ts-expect-error the transcript is a string
good.withStage('wrong', wrongKind, StageKind.WORK, { dependencies: ['stt'] });

// @ts-expect-error there is no such kind
base.withStage('a', async () => StageOutput.ok({}), 'transfrom');

// @ts-expect-error there is no such rule
base.withStage('a', async () => StageOutput.ok({}), StageKind.WORK, { dependsOn: ['stt'] });
