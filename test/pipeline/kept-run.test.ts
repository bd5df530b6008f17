// The run that is kept costs nothing while it is: no timer, no work, and it ends like any other.
import { describe, expect, it } from 'vitest';
import { KEPT_STAGES } from '../../src/pipeline/live/kept-stages.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('the stages of the kept run', () => {
  it('come to rest without a timer, and end when they are canceled', async () => {
    const clock = new ManualClock();
    const run = Pipeline.from(KEPT_STAGES, { clock }).start();
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
    expect((await run.settled('passed')).data).toEqual({ elementsIn: 0, elementsOut: 0 });
    await run.cancel('enough');
    const results = await run.results;
    expect(KEPT_STAGES.map(({ name }) => results[name]?.status)).toEqual(KEPT_STAGES.map(({ name }) => (name === 'ended' || name === 'passed' ? 'ok' : 'cancel')));
  });
});
