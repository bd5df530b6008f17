// Checking and ordering a graph: each code of validation, what it names, and that the cost stays linear.
import { describe, expect, it } from 'vitest';
import type { PipelineValidationError, ValidationCode } from '../../src/pipeline/errors.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageSpec } from '../../src/pipeline/spec.js';
import { MergeStage } from '../../src/stage/merge-stage.js';
import { PassthroughStage } from '../../src/stage/common-stages.js';
import { RouterStage } from '../../src/stage/router-stage.js';
import type { Stage } from '../../src/stage/stage.js';

const stage = (): void => undefined;
const spec = (name: string, more: Partial<StageSpec> = {}): StageSpec => ({ name, stage, ...more });
const audioOnly: Stage = { name: 'x', kind: 'work', execute: stage, capabilities: { input: { types: ['audio'], sampleRates: [16_000] } } };
const textOnly: Stage = { name: 'x', kind: 'work', execute: stage, capabilities: { output: { types: ['text'] } } };
const fast: Stage = { name: 'x', kind: 'work', execute: stage, capabilities: { output: { types: ['audio'], sampleRates: [48_000] } } };
class NeedsArguments {
  readonly name: string;
  readonly kind = 'work' as const;
  constructor(options: { name: string }) {
    this.name = options.name;
  }
  execute(): void {}
}

function refused(make: () => unknown): PipelineValidationError {
  try {
    make();
  } catch (error) {
    return error as PipelineValidationError;
  }
  throw new Error('was accepted');
}

describe('a graph is refused', () => {
  it.each<[string, ValidationCode, readonly string[], () => unknown]>([
    ['without stages', 'CONTRACT-004-EMPTY', [], () => new Pipeline().build()],
    ['without stages, from data', 'CONTRACT-004-EMPTY', [], () => Pipeline.from([])],
    ['with a stage that nobody added', 'CONTRACT-004-MISSING_DEP', ['a', 'b'], () => Pipeline.from([spec('a', { dependencies: ['b'] })])],
    ['with a producer that nobody added', 'CONTRACT-004-MISSING_DEP', ['a', 'b'], () => Pipeline.from([spec('a', { streamsFrom: ['b'] })])],
    ['with a dependency that is no name', 'CONTRACT-004-MISSING_DEP', ['a', 'null'], () => Pipeline.from([spec('a', { dependencies: [null as never] })])],
    ['with an edge to a stage that nobody added', 'CONTRACT-004-MISSING_DEP', ['a', 'b'], () => new Pipeline().withStage('a', stage).connect('a', 'b').build()],
    ['with an edge from a stage that nobody added', 'CONTRACT-004-MISSING_DEP', ['a', 'b'], () => new Pipeline().withStage('a', stage).connect('b', 'a').build()],
    ['with a stage that waits for itself', 'CONTRACT-004-SELF_DEP', ['a'], () => Pipeline.from([spec('a', { dependencies: ['a'] })])],
    ['with a stage that reads itself', 'CONTRACT-004-SELF_DEP', ['a'], () => Pipeline.from([spec('a', { streamsFrom: ['a'] })])],
    ['with one name twice', 'CONTRACT-004-CONFLICT', ['a'], () => Pipeline.from([spec('a'), spec('a')])],
    ['with one name twice after composing', 'CONTRACT-004-CONFLICT', ['a'], () => new Pipeline().withStage('a', stage).compose(new Pipeline().withStage('a', stage)).build()],
    ['with a dependency twice', 'CONTRACT-004-DUPLICATE_EDGE', ['b', 'a'], () => Pipeline.from([spec('a'), spec('b', { dependencies: ['a', 'a'] })])],
    ['with a producer twice', 'CONTRACT-004-DUPLICATE_EDGE', ['b', 'a'], () => new Pipeline().withStage('a', stage).withStage('b', new MergeStage('b')).connect('a', 'b').connect('a', 'b').build()],
    ['with a duplicate among many', 'CONTRACT-004-DUPLICATE_EDGE', ['z', 's3'], () => Pipeline.from([...Array.from({ length: 40 }, (_, n) => spec(`s${n}`)), spec('z', { dependencies: [...Array.from({ length: 40 }, (_, n) => `s${n}`), 's3'] })])],
    ['with two producers and no merge', 'CONTRACT-004-FAN_IN', ['c'], () => new Pipeline().withStage('a', stage).withStage('b', stage).withStage('c', stage).connect('a', 'c').connect('b', 'c').build()],
    ['with a circle of dependencies', 'CONTRACT-004-CYCLE', ['a', 'b', 'c'], () => Pipeline.from([spec('a', { dependencies: ['c'] }), spec('b', { dependencies: ['a'] }), spec('c', { dependencies: ['b'] })])],
    ['with a circle of live edges', 'CONTRACT-004-CYCLE', ['a', 'b'], () => Pipeline.from([spec('a', { streamsFrom: ['b'] }), spec('b', { streamsFrom: ['a'] })])],
    ['with a circle of both kinds', 'CONTRACT-004-CYCLE', ['a', 'b'], () => Pipeline.from([spec('a', { streamsFrom: ['b'] }), spec('b', { dependencies: ['a'] })])],
    ['with a join that a full channel starves', 'CONTRACT-004-STARVED_JOIN', ['a', 'b'], () => Pipeline.from([spec('a'), spec('b', { streamsFrom: ['a'], dependencies: ['a'] })])],
    ['with a stage fed by type that takes none', 'CONTRACT-004-CAPABILITY', ['b'], () => new Pipeline().withStage('a', stage).withStage('b', stage).branch('a', ['b'], { mode: 'byType' }).build()],
    ['with types that do not fit', 'CONTRACT-004-CAPABILITY', ['a', 'b'], () => Pipeline.from([{ name: 'a', stage: textOnly }, { name: 'b', stage: audioOnly, streamsFrom: ['a'] }])],
    ['with sample rates that do not fit', 'CONTRACT-004-CAPABILITY', ['a', 'b'], () => Pipeline.from([{ name: 'a', stage: fast }, { name: 'b', stage: audioOnly, streamsFrom: ['a'] }])],
    ['with a route that is no stage', 'CONTRACT-004-ROUTE', ['r', 'y'], () => Pipeline.from([{ name: 'r', stage: new RouterStage('r', { routes: ['x', 'y'] }) }, spec('x', { dependencies: ['r'] })])],
    ['with a route that is not behind its router', 'CONTRACT-004-ROUTE', ['r', 'y'], () => Pipeline.from([{ name: 'r', stage: new RouterStage('r', { routes: ['x', 'y'] }) }, spec('x', { streamsFrom: ['r'] }), spec('y')])],
    ['with a fallback that is no stage', 'CONTRACT-004-ROUTE', ['r', 'z'], () => Pipeline.from([{ name: 'r', stage: new RouterStage('r', { routes: { x: () => true }, fallback: 'z' }) }, spec('x', { dependencies: ['r'] })])],
    ['with a reserved name', 'CONTRACT-004-NAME', ['__proto__'], () => Pipeline.from([spec('__proto__')])],
    ['with a class that needs arguments', 'CONTRACT-004-STAGE', ['a'], () => Pipeline.from([{ name: 'a', stage: NeedsArguments as never }])],
    ['with an object that cannot execute', 'CONTRACT-004-STAGE', ['a'], () => Pipeline.from([{ name: 'a', stage: { name: 'a', kind: 'work' } as never }])],
  ])('%s: %s', (_, code, stages, make) => {
    const error = refused(make);
    expect([error.code, error.name]).toEqual([code, 'PipelineValidationError']);
    expect([...error.stages].sort()).toEqual([...stages].sort());
    expect(error.message).toMatch(/\. .+\.$/); // what and where, then how to mend it
    for (const name of stages) expect(error.message).toContain(name);
  });

  it('and a similar name is proposed', () => {
    expect(refused(() => Pipeline.from([spec('fetch_memory'), spec('b', { dependencies: ['fetchMemory'] })])).message).toContain("Did you mean 'fetch_memory'?");
  });

  it('and the circle is named in its direction', () => {
    expect(refused(() => Pipeline.from([spec('x', { dependencies: ['a'] }), spec('a', { dependencies: ['b'] }), spec('b', { dependencies: ['a'] })])).message).toMatch(/'(a|b)' → '(a|b)' → '(a|b)'/);
  });

  it('and the cause of a class that cannot be made is kept', () => {
    expect(refused(() => Pipeline.from([{ name: 'a', stage: NeedsArguments as never }])).cause).toBeInstanceOf(TypeError);
  });
});

describe('a graph is accepted', () => {
  it.each<[string, () => { readonly stageNames: readonly string[] }]>([
    ['with two producers named at once', () => Pipeline.from([spec('a'), spec('b'), spec('c', { streamsFrom: ['a', 'b'] })])],
    ['with two producers and a MergeStage', () => new Pipeline().withStage('a', stage).withStage('b', stage).withStage('c', new MergeStage('c')).connect('a', 'c').connect('b', 'c').build()],
    ['with a router that has no stages and only tells its choice', () => Pipeline.from([{ name: 'r', stage: new RouterStage('r', { routes: ['x', 'y'] }) }])],
    ['with names like those of objects', () => Pipeline.from([spec('constructor'), spec('toString', { dependencies: ['constructor'] }), spec('hasOwnProperty', { streamsFrom: ['constructor'] })])],
    ['with stages in any order', () => Pipeline.from([spec('b', { dependencies: ['a'] }), spec('a')])],
    ['with a pipeline composed of an empty one', () => new Pipeline().withStage('a', stage).compose(new Pipeline()).build()],
    ['with a stage under two names', () => { const one = new PassthroughStage('one'); return new Pipeline().withStage('a', one).withStage('b', one, { streamsFrom: ['a'] }).build(); }],
  ])('%s', (_, make) => {
    expect(make().stageNames.length).toBeGreaterThan(0);
  });

  it('and runs with names like those of objects', async () => {
    const results = (await Pipeline.from([{ name: 'constructor', stage: () => ({ n: 1 }) }, { name: 'toString', stage: (ctx) => ({ n: Number(ctx.inputs.getFrom('constructor', 'n')) + 1 }), dependencies: ['constructor'] }]).run()) as never as Record<string, { data: object }>;
    expect([Object.keys(results), results['toString']?.data]).toEqual([['constructor', 'toString'], { n: 2 }]);
  });
});

describe('results', () => {
  it('are iterated in the order of the graph, by name and output, without their method', async () => {
    const results = await new Pipeline().withStage('b', () => ({ n: 1 })).withStage('a', () => ({ n: 2 }), { dependencies: ['b'] }).build().run();
    const seen: [string, string][] = [];
    for (const [name, output] of results) seen.push([name, output.status]);
    expect(seen).toEqual([['b', 'ok'], ['a', 'ok']]);
    expect([Object.keys(results), 'require' in results, JSON.parse(JSON.stringify(results)).a.data]).toEqual([['b', 'a'], true, { n: 2 }]);
  });
});

describe('the cost of building', () => {
  it('is that of stages and edges: ten thousand into one, and a chain by one call, build', () => {
    const wide = Pipeline.from([...Array.from({ length: 10_000 }, (_, n) => spec(`s${n}`)), spec('all', { dependencies: Array.from({ length: 10_000 }, (_, n) => `s${n}`) })]);
    const chain = new Pipeline().chain(...Array.from({ length: 5000 }, (_, n) => new PassthroughStage(`s${n}`))).build();
    expect([wide.stageNames.length, chain.stageNames.length]).toEqual([10_001, 5000]);
  });
});
