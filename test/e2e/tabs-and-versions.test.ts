// Two tabs of the page, and the page after a new version of it was published.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A browser on a copy of the built pages, so that a test may publish another version of them. */
async function site(): Promise<{ readonly folder: string; readonly url: string; readonly context: Awaited<ReturnType<Awaited<ReturnType<typeof launchBrowser>>['newContext']>> }> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-site-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist-web'), folder, { recursive: true });
  const server = await serve({ mounts: folder, csp: 'wasm' });
  closing.push(() => server.close());
  const browser = await launchBrowser();
  closing.push(() => browser.close());
  return { folder, url: server.url, context: await browser.newContext({ permissions: ['microphone'] }) };
}

describe('two tabs', () => {
  it('one listens at a time, the one that was asked last, and both show what is remembered', async () => {
    const { url, context } = await site();
    const [first, second] = [await context.newPage(), await context.newPage()];
    for (const page of [first, second]) {
      await page.goto(url);
      await page.waitForSelector('html[data-ready=true]');
    }
    await first.click('#talk');
    await first.waitForSelector('#talk[aria-pressed=true]:is([data-state=listening], [data-state=hearing])');
    await second.click('#talk');
    await second.waitForSelector('#talk[aria-pressed=true]');
    await first.waitForSelector('#talk[aria-pressed=false]');
    expect(await first.innerText('#notices')).toMatch(/another tab listens/i);

    await second.fill('#message', 'remember my bicycle is blue');
    await second.click('#send');
    await first.click('#tab-memory');
    await first.waitForFunction(() => /bicycle is blue/.test(document.querySelector('#memory-list')?.textContent ?? ''));
  });
});

describe('a new version', () => {
  it('takes over at the next load after it was fetched, and works without a network', async () => {
    const { folder, url, context } = await site();
    const page = await context.newPage();
    const load = async (): Promise<string> => {
      await page.goto(url);
      await page.waitForSelector('html[data-offline=true]');
      return page.title();
    };
    const title = await load();
    await load(); // from the service worker from here on
    const edit = (file: string, change: (text: string) => string): void => {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      expect(change(before)).not.toBe(before);
      writeFileSync(path, change(before));
    };
    edit('index.html', (html) => html.replace(/<title>.*<\/title>/, '<title>the next version</title>'));
    edit('service-worker.js', (code) => code.replace(/sluice-([0-9a-f]{16})/, 'sluice-0123456789abcdef'));
    expect(await load()).toBe(title); // what was stored; the new version is fetched beside it
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
    });
    await expect.poll(() => page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const settled = registration?.installing === null && registration.waiting === null && registration.active?.state === 'activated';
      return settled && (await (await caches.open('sluice-0123456789abcdef')).match('/')) !== undefined;
    }), { timeout: 30_000 }).toBe(true);
    await context.setOffline(true);
    expect(await load()).toBe('the next version');
    await page.fill('#message', 'what is two plus two');
    await page.click('#send');
    await page.waitForFunction(() => /4/.test(document.querySelector('#transcript')?.textContent ?? ''));
  });
});
