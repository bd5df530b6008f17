/** A pipeline alone: a writer, two readers of its live output, and a stage that waits for both. */
import { Pipeline, StageOutput, textElement, type StageContext } from 'sluice';
import { byId, make } from '../assistant/dom.js';
import { createGraphView } from '../assistant/graph-view.js';
import { setUpTheme } from '../assistant/theme.js';

const TEXT = 'Water that is held back finds its own level, and a gate that opens in time lets just enough of it pass.';

document.body.append(Object.assign(make('button', { className: 'hidden' }), { id: 'theme', tabIndex: -1 }));
setUpTheme(() => undefined);

function pause(ctx: StageContext, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = ctx.clock.after(ms, resolve);
    ctx.signal.addEventListener('abort', () => {
      cancel();
      reject(ctx.signal.reason);
    }, { once: true });
  });
}

const graph = new Pipeline()
  .withStage('plan', async (ctx) => {
    await pause(ctx, 150);
    return StageOutput.ok({ words: TEXT.split(' ') });
  })
  .withStage('write', async (ctx) => {
    const perSecond = Number(byId<HTMLInputElement>('words').value);
    for (const word of ctx.inputs.requireFrom('plan', 'words')) {
      await pause(ctx, 1000 / perSecond);
      await ctx.output.write(textElement(`${word} `));
    }
    return StageOutput.ok({ finished: true });
  }, { dependencies: ['plan'], scope: 'speech' })
  .withStage('shout', async (ctx) => {
    for await (const item of ctx.input) if (item.type === 'text') byId('out').append(item.text.toUpperCase());
    return StageOutput.ok();
  }, { streamsFrom: ['write'] })
  .withStage('count', async (ctx) => {
    let count = 0;
    for await (const item of ctx.input) if (item.type === 'text') count++;
    return StageOutput.ok({ count });
  }, { streamsFrom: ['write'] })
  .withStage('report', (ctx) => StageOutput.ok({ line: `${ctx.inputs.requireFrom('count', 'count')} words went by.` }), { dependencies: ['count', 'shout'], always: true })
  .build();

const view = createGraphView(graph.specs.map(({ name, dependencies = [], streamsFrom = [] }) => ({ name, dependencies, streamsFrom: streamsFrom.map((edge) => (typeof edge === 'string' ? edge : edge.from)) })));
const run = byId<HTMLButtonElement>('run');
const cut = byId<HTMLButtonElement>('cut');

run.addEventListener('click', async () => {
  run.disabled = true;
  cut.disabled = false;
  byId('out').textContent = '';
  byId('result').textContent = '';
  view.reset();
  const began = performance.now();
  const sink = {
    tryEmit: ({ type, data }: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }) => {
      const stage = String(data['stage'] ?? '');
      if (type === 'stage.started') view.started(stage);
      else if (type.startsWith('stage.')) view.settled(stage, { 'stage.completed': 'ok', 'stage.failed': 'fail', 'stage.canceled': 'cancel', 'stage.skipped': 'skip' }[type] ?? 'ok');
    },
    emit: async () => undefined,
  };
  const started = graph.start({ inputText: '' }, [], { eventSink: sink });
  cut.onclick = () => void started.cancel({ scope: 'speech', reason: 'the button' });
  const results = await started.results;
  byId('result').textContent = `${results.require('report').data.line} ${Math.round(performance.now() - began)} ms.`;
  run.disabled = false;
  cut.disabled = true;
});
