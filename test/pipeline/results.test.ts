import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { StageOutput } from '../../src/stage/output.js';

const MANY = 40; // more than are filled at once

/** Stages that return a record, nothing, an output and a skip, in turn. */
function graphOf(stages: number, names: (n: number) => string = (n) => `s${n}`) {
  const returns = [() => ({ n: 1 }), async () => undefined, () => StageOutput.ok({ n: 3 }), () => StageOutput.skip('no need')];
  return Pipeline.from(Array.from({ length: stages }, (_, n) => ({ name: names(n), stage: returns[n % 4] as () => Record<string, unknown> })));
}

for (const [size, stages] of [['few', 4], ['many', MANY]] as const) {
  describe(`results of ${size} stages`, () => {
    it('have the names in the order of the graph, and nothing else', async () => {
      const names = Array.from({ length: stages }, (_, n) => `s${n}`);
      const graph = graphOf(stages);
      const looks: ((results: Record<string, unknown>) => readonly unknown[])[] = [
        (results) => Object.keys(results),
        (results) => Object.entries(results).map(([name]) => name),
        (results) => Object.keys({ ...results }),
        (results) => [...(results as unknown as Iterable<readonly [string, unknown]>)].map(([name]) => name),
        (results) => Object.keys(JSON.parse(JSON.stringify(results)) as object),
        (results) => Reflect.ownKeys(results),
        (results) => { const seen: string[] = []; for (const name in results) seen.push(name); return seen; },
      ];
      for (const look of looks) expect(look((await graph.run()) as Record<string, unknown>)).toEqual(names); // each at results that nobody has looked at
    });

    it('hold frozen outputs, the same at each reading', async () => {
      const results = await graphOf(stages).run();
      const outputs = ['s0', 's1', 's2', 's3'].map((name) => results[name]);
      expect(outputs.map((output) => [output instanceof StageOutput, Object.isFrozen(output), output?.status, output?.data])).toEqual([
        [true, true, 'ok', { n: 1 }],
        [true, true, 'ok', {}],
        [true, true, 'ok', { n: 3 }],
        [true, true, 'skip', { reason: 'no need' }],
      ]);
      expect(['s0', 's1', 's2', 's3'].map((name, n) => results[name] === outputs[n])).toEqual([true, true, true, true]);
    });

    it('tell whether a stage is among them', async () => {
      const first = await graphOf(stages).run();
      expect(['s1' in first, 's99' in first, Object.hasOwn(first, 's2'), Object.hasOwn(first, 'require')]).toEqual([true, false, true, false]);
      expect(Object.getOwnPropertyDescriptor(await graphOf(stages).run(), 's0')).toMatchObject({ enumerable: true, value: { status: 'ok' } });
    });

    it('give the ok form by require, and throw for what is not ok or not there', async () => {
      const results = await graphOf(stages).run();
      expect(results.require('s0').data).toEqual({ n: 1 });
      expect(() => results.require('s3')).toThrow("Stage 's3' settled as skip, not as ok. Check results['s3'].status before you use its data.");
      expect(() => results.require('toString')).toThrow("Stage 'toString' settled as nothing");
    });

    it('are the caller\'s own record: they can be added to, cut and frozen', async () => {
      const results = (await graphOf(stages).run()) as Record<string, unknown>;
      results['more'] = 1;
      delete results['s0'];
      Object.defineProperty(results, 'hidden', { value: 2 });
      expect([results['more'], 's0' in results, results['hidden'], Object.keys(results).length]).toEqual([1, false, 2, stages]);
      const frozen = Object.freeze(await graphOf(stages).run());
      expect([Object.isFrozen(frozen), Object.keys(frozen).length]).toEqual([true, stages]);
    });

    it('are cloned by spreading them', async () => {
      const { s0 } = structuredClone({ ...(await graphOf(stages).run()) });
      expect(s0).toMatchObject({ status: 'ok', data: { n: 1 } });
    });

    it('are no promise, unless a stage is named so, and then its output is still there', async () => {
      const results = await graphOf(stages, (n) => (n === 0 ? 'then' : `s${n}`)).run();
      expect(results['then']?.data).toEqual({ n: 1 });
      expect(((await graphOf(stages).run()) as Record<string, unknown>)['then']).toBeUndefined();
    });

    it('come with a failure, with what had settled', async () => {
      const graph = Pipeline.from([...Array.from({ length: stages }, (_, n) => ({ name: `s${n}`, stage: () => ({ n }) })), { name: 'bad', stage: () => Promise.reject(new Error('x')) }]);
      const error = (await graph.run().catch((thrown: unknown) => thrown)) as { results: Record<string, StageOutput> };
      expect([error.results['s1']?.data, error.results['bad']?.status, Object.keys(error.results).length]).toEqual([{ n: 1 }, 'fail', stages + 1]);
    });
  });
}
