// Whatever takes the microphone away: the time from the moment it is to be had again to its first samples in the
// audio worker, in Chromium. And a page in the background, which must lose nothing.
import { join } from 'node:path';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';
import { figure, spread } from './harness.mjs';

const TRIES = Number(process.env.SLUICE_BENCH_TRIES ?? 6);

const site = await serve({ mounts: { '/': join(root, 'test/bench/voice-path'), '/dist/': join(root, 'dist'), '/comlink/': join(root, 'node_modules/comlink/dist/esm'), '/idb/': join(root, 'node_modules/idb/build') } });
const browser = await launchBrowser({});
try {
  const context = await browser.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log(`page: ${error.message}`));
  await page.goto(`${site.url}recovery.html`);
  await page.waitForFunction(() => window.recoveryReady === true);
  for (const name of await page.evaluate(() => window.recoveryCases)) {
    const values = [];
    for (let n = 0; n < (name.includes('4 s') ? 2 : TRIES); n++) values.push((await page.evaluate((which) => window.measureRecovery(which), name)).ms);
    await spread({ title: `microphone back: ${name}`, values, unit: 'ms', atMost: { p95: 500 } });
  }
  await page.evaluate(() => window.beginBackground());
  const front = await context.newPage();
  await front.goto('about:blank');
  await front.bringToFront();
  await front.waitForTimeout(5000);
  await front.close();
  await page.bringToFront();
  const { hidden, lost, share, recoveries } = await page.evaluate(() => window.endBackground());
  console.log(`  the page was ${hidden > 0 ? '' : 'not '}hidden meanwhile`);
  await figure({ title: 'samples lost by a page in the background for 5 s', value: lost, unit: 'samples', atMost: 0 });
  await figure({ title: 'samples that arrived meanwhile, of those the device gave', value: Number(share.toFixed(3)), unit: '', atLeast: 0.97 });
  await figure({ title: 'times it was opened anew', value: recoveries, unit: '', atMost: 0 });
} finally {
  await browser.close();
  await site.close();
}
