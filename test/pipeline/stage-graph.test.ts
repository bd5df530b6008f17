import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageOutput } from '../../src/stage/output.js';
import { textElement, type StreamElement } from '../../src/stream/element.js';
import type { Stage } from '../../src/stage/stage.js';

describe('StageGraph.run', () => {
  it('runs stages by dependency and resolves to the output of each', async () => {
    const order: string[] = [];
    const graph = new Pipeline()
      .withStage('a', async () => { order.push('a'); await Promise.resolve(); return StageOutput.ok({ n: 1 }); })
      .withStage('b', (ctx) => { order.push('b'); return StageOutput.ok({ n: ctx.inputs.requireFrom('a', 'n') + 1 }); }, 'work', { dependencies: ['a'] })
      .withStage('c', (ctx) => ({ sum: ctx.inputs.requireFrom('a', 'n') + ctx.inputs.requireFrom('b', 'n') }), 'work', { dependencies: ['a', 'b'] })
      .build();
    const results = await graph.run({ inputText: 'hi' });
    expect(order).toEqual(['a', 'b']);
    expect(results.require('c').data.sum).toBe(3);
    expect(Object.keys(results)).toEqual(['a', 'b', 'c']);
  });

  it('runs a chain of 100,000 stages that return at once, without stack', async () => {
    const specs = Array.from({ length: 100_000 }, (_, n) => ({ name: `s${n}`, stage: () => undefined, dependencies: n === 0 ? [] : [`s${n - 1}`] }));
    const results = await Pipeline.from(specs).run();
    expect(results['s99999']?.status).toBe('ok');
  });

  it('gives live elements to the reader before the writer settles', async () => {
    const seen: string[] = [];
    const llm: Stage = { name: 'llm', kind: 'agent', async execute(ctx) { for (const t of ['a', 'b', 'c']) await ctx.output.write(textElement(t)); seen.push('llm settles'); return StageOutput.ok({ response: 'abc' }); } };
    const tts: Stage = { name: 'tts', kind: 'transform', async execute(ctx) { for await (const el of ctx.input) if (el.type === 'text') { seen.push(el.text); await ctx.output.write(el); } return StageOutput.ok(); } };
    const graph = new Pipeline().withStage('llm', llm).withStage('tts', tts, { streamsFrom: ['llm'], capacity: 1 }).build();
    const run = graph.start();
    const out: string[] = [];
    for await (const el of run.output) if (el.type === 'text') out.push(el.text);
    expect(out).toEqual(['a', 'b', 'c']);
    expect((await run.results).llm.status).toBe('ok');
    expect(seen).toContain('a');
  });

  it('executes a chain on a stream', async () => {
    const up: Stage = { name: 'up', kind: 'transform', async execute(ctx) { for await (const el of ctx.input) await ctx.output.write(el.type === 'text' ? { ...el, text: el.text.toUpperCase() } as StreamElement : el); } };
    const down: Stage = { ...up, name: 'down' };
    const graph = new Pipeline().chain(up, down).build();
    const got = await graph.executeSync([textElement('x'), textElement('y')]);
    expect(got.map((el) => (el.type === 'text' ? el.text : ''))).toEqual(['X', 'Y']);
  });
});
