// The scanner and the built-in checks in Chromium, beside Chromium's own regular expressions (one RegExp per pattern,
// without u: its fastest form) in the same page. Bars of the ratios are what the design measured with its prototype in
// Chromium, where a string costs five times as much to encode as in Node; the other bars are those of Node.
import { join } from 'node:path';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';
import { bootstrap95, figure, median, spread } from './harness.mjs';

const ROUNDS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 15);
const utterance = 'can you tell me what the weather is going to be like in chicago tomorrow afternoon because i need to plan my trip there';
const answer = 'Sure! The weather in Chicago will be mild tomorrow afternoon, around eighteen degrees, with a light breeze from the lake. Take a jacket, and call the front desk if you need anything else. '.repeat(6);
const atLeast = { 200: { g18: 2.6, g100: 22, g500: 81 }, 100_000: { g18: 13, g100: 41, g500: 166 } };

const site = await serve({ mounts: { '/': join(root, 'test/bench/guards-browser'), '/dist/': join(root, 'dist'), '/bench/': join(root, 'test/bench') } });
const browser = await launchBrowser();
try {
  const opened = async () => {
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => console.log(`page: ${error.message}`));
    await page.goto(site.url);
    await page.waitForFunction(() => window.benchReady === true);
    return page;
  };
  const page = await opened();
  for (const [size, sets] of Object.entries(atLeast)) {
    for (const [set, bar] of Object.entries(sets)) {
      const pairs = await page.evaluate(([name, length, rounds]) => window.compareScan(name, length, rounds), [set, Number(size), set === 'g500' ? Math.min(ROUNDS, 7) : ROUNDS]);
      const ratios = pairs.map(([ours, theirs]) => theirs / ours);
      const [low, high] = bootstrap95(ratios);
      console.log(`  ${set}, ${size} characters: scanner ${median(pairs.map(([ours]) => ours)).toFixed(2)} µs, one RegExp per pattern ${median(pairs.map(([, theirs]) => theirs)).toFixed(2)} µs, ratio [${low.toFixed(1)}, ${high.toFixed(1)}]`);
      await figure({ title: `Chromium: RegExp / scanner, ${size} characters, ${set}`, value: median(ratios), unit: '×', atLeast: bar });
    }
  }
  await figure({ title: 'Chromium: the slowest of 18 hostile texts of 64 KB, cold table', value: await page.evaluate(() => window.worstScan()), unit: 'ms', atMost: 20 });
  await spread({ title: 'Chromium: a 120-character utterance through all built-in checks', values: await page.evaluate(([text, rounds]) => window.checkUtterance(text, rounds), [utterance, ROUNDS]), unit: 'µs', atMost: { p50: 40 } });
  await spread({ title: 'Chromium: a token through the stream guard, all checks', values: await page.evaluate(([text, rounds]) => window.guardTokens(text, rounds), [answer, ROUNDS]), unit: 'µs', atMost: { p50: 25 } });
  const first = [];
  for (let n = 0; n < 5; n += 1) {
    const fresh = await opened();
    first.push(await fresh.evaluate((text) => window.firstCheck(text), utterance));
    await fresh.context().close();
  }
  await figure({ title: 'Chromium: the first check in a fresh page, on top of the import (median of 5)', value: median(first), unit: 'ms', atMost: 10 });
} finally {
  await browser.close();
  await site.close();
}
