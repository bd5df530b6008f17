// The assistant in Chromium: time from the end of speech to the first sound at the ear, and the heap after many turns.
// A spoken question is played to the fake microphone again and again; the page measures each turn itself.
import { join } from 'node:path';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';
import { buildWeb } from '../tools/web.mjs';
import { figure, spread } from './harness.mjs';

const TURNS = Number(process.env.SLUICE_BENCH_TURNS ?? 10);
const TYPED = Number(process.env.SLUICE_BENCH_TYPED_TURNS ?? 100);

async function openPage({ speech, isolation = true }) {
  const site = await serve({ mounts: join(root, 'dist-web'), csp: 'wasm', isolation });
  const browser = await launchBrowser({
    args: ['--js-flags=--expose-gc', '--enable-precise-memory-info'],
    ...(speech === undefined ? {} : { microphoneWav: join(root, 'test/fixtures/speech', `${speech}.wav`) }),
  });
  const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
  await page.addInitScript(() => {
    const turns = [];
    let current;
    Object.assign(window, { turns });
    Object.defineProperty(window, 'sluice', { get: () => current, set(value) {
      current = value;
      value.session.subscribe((event) => {
        if (event.type === 'turnEnd') turns.push({ source: event.report.source, latency: event.report.latency });
      });
    } });
  });
  await page.goto(site.url);
  await page.waitForSelector('html[data-ready=true]');
  return { page, turnsAfter: (count, ms) => page.waitForFunction((n) => window.turns.length >= n, count, { timeout: ms }), close: async () => { await browser.close(); await site.close(); } };
}

await buildWeb();

for (const isolation of [true, false]) {
  const { page, turnsAfter, close } = await openPage({ speech: 'what-time', isolation });
  await page.click('#talk');
  await turnsAfter(TURNS + 1, (TURNS + 1) * 15_000);
  // The first turn pays for what is loaded once; it is reported by itself.
  const [first, ...turns] = (await page.evaluate(() => window.turns)).filter(({ source, latency }) => source === 'voice' && latency !== null);
  const where = isolation ? 'shared memory' : 'port';
  await spread({ title: `end of speech to first audible sample (${where}, end silence 500 ms)`, values: turns.map(({ latency }) => latency.totalMs), unit: 'ms', atMost: { p50: 700 } });
  await spread({ title: `  of it after the end of the turn (${where})`, values: turns.map(({ latency }) => latency.totalMs - latency.parts.endpoint), unit: 'ms' });
  await figure({ title: `  first turn of a page (${where})`, value: first.latency.totalMs, unit: 'ms' });
  await close();
}

{
  const { page, turnsAfter, close } = await openPage({});
  // A turn that is interrupted at once takes the whole way but for the time of speaking.
  const heap = async () => page.evaluate(() => {
    window.gc();
    return performance.memory.usedJSHeapSize;
  });
  const type = (count) => page.evaluate(async (n) => {
    for (let i = 0; i < n; i++) {
      const done = window.sluice.session.send(`what is ${i} plus ${i}`);
      await new Promise((resolve) => setTimeout(resolve, 120));
      window.sluice.session.interrupt();
      await done;
    }
  }, count);
  await type(20);
  await turnsAfter(20, 60_000);
  const before = await heap();
  await type(TYPED);
  const after = await heap();
  await figure({ title: `heap after ${TYPED} turns, beyond 20 turns`, value: (after - before) / 1024, unit: 'KB' });
  await close();
}
