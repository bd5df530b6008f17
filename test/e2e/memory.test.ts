// Memory in a browser driven from outside: what a page cannot do to itself. Pages are killed while
// they write, the disk is filled, four real tabs write at once, and a tab is reloaded.
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { launchBrowser } from '../tools/browser.mjs';
import { bundle } from '../tools/bundle.js';
import { scale, seed } from '../tools/scale.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const T = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const ORIGIN = 'https://memory.test/';

let browser: Browser;
let context: BrowserContext;
let script: string;
const acknowledged: string[] = [];

beforeAll(async () => {
  script = await bundle('memory-page.ts');
  browser = await launchBrowser();
});
afterEach(async () => {
  await context.close();
  acknowledged.length = 0;
});
afterAll(async () => {
  await browser.close();
});

async function start(): Promise<void> {
  context = await browser.newContext();
  await context.route(`${ORIGIN}**`, (route) => (route.request().url().endsWith('.js') ? route.fulfill({ contentType: 'text/javascript', body: script }) : route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' })));
  await context.exposeFunction('acknowledge', (text: string) => void acknowledged.push(text));
}

async function tab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(ORIGIN);
  await page.waitForFunction(() => 'memory' in window);
  return page;
}

const read = (page: Page, session = S): Promise<string[]> => page.evaluate((id) => window.memory.read(id), session);

describe('memory', () => {
  it('has every acknowledged exchange, and only whole ones, after its page was killed at random moments', async () => {
    await start();
    const random = seededRandom(seed);
    const rounds = scale(20, 200);
    for (let round = 0; round < rounds; round++) {
      const page = await tab();
      const crashed = new Promise((resolve) => page.once('crash', resolve));
      await page.evaluate(([id, prefix]) => void window.memory.writeForEver(id as string, prefix as string), [S, `${round}.`]);
      await page.waitForTimeout(random() * 60);
      const client = await context.newCDPSession(page);
      void client.send('Page.crash').catch(() => undefined); // the answer never comes: the page is dead
      await crashed;
      await page.close();
    }
    const found = await read(await tab());
    const kept = new Set(found);
    expect(acknowledged.length).toBeGreaterThan(rounds); // the pages did write
    expect(acknowledged.filter((text) => !kept.has(`${text}q`) || !kept.has(`${text}a`))).toEqual([]);
    expect(found.length).toBe(kept.size);
    for (let n = 0; n < found.length; n += 2) expect(found[n + 1]).toBe(found[n]?.replace(/q$/, 'a'));
  }, scale(180_000, 1_800_000));

  it('neither loses nor doubles an entry when four tabs write one session', async () => {
    await start();
    const tabs = await Promise.all([tab(), tab(), tab(), tab()]);
    await Promise.all(tabs.map((page, t) => page.evaluate(([id, prefix]) => window.memory.writeMany(id as string, prefix as string, 100), [S, `${t}.`])));
    for (const page of tabs) {
      const found = await read(page);
      expect(found).toHaveLength(800);
      expect(new Set(found).size).toBe(800);
      for (let n = 0; n < found.length; n += 2) expect(found[n + 1]).toBe(found[n]?.replace(/q$/, 'a'));
      for (let t = 0; t < 4; t++) expect(found.filter((text) => text.startsWith(`${t}.`) && text.endsWith('q'))).toEqual(Array.from({ length: 100 }, (_, n) => `${t}.${n}q`));
    }
  });

  it('says when the disk is full, keeps whole exchanges, and has room again after clear', async () => {
    await start();
    const page = await tab();
    const client = await context.newCDPSession(page);
    await client.send('Storage.overrideQuotaForOrigin', { origin: ORIGIN.slice(0, -1), quotaSize: 2_000_000 }); // before the first write: the browser remembers the room it has seen
    await page.evaluate((id) => window.memory.writeMany(id, 'before.', 1), S);
    const { code, written } = await page.evaluate((id) => window.memory.fill(id, 64_000, 200), T);
    expect(code).toBe('STORAGE_QUOTA');
    expect(written).toBeGreaterThan(0);
    expect(await read(page, T)).toHaveLength(written * 2);
    expect(await read(page)).toEqual(['before.0q', 'before.0a']);
    await client.send('Storage.overrideQuotaForOrigin', { origin: ORIGIN.slice(0, -1) });
    await page.evaluate((id) => window.memory.clear(id), T);
    await page.evaluate((id) => window.memory.writeMany(id, 'after.', 1), S);
    expect(await read(page)).toEqual(['before.0q', 'before.0a', 'after.0q', 'after.0a']);
  });

  it('goes on after a reload, and hears in one tab what another wrote', async () => {
    await start();
    const [one, two] = [await tab(), await tab()];
    await two.evaluate(() => window.memory.listen());
    await one.evaluate((id) => window.memory.writeMany(id, 'x.', 2), S);
    await one.reload();
    await one.waitForFunction(() => 'memory' in window);
    await one.evaluate((id) => window.memory.writeMany(id, 'y.', 1), S);
    expect(await read(two)).toEqual(['x.0q', 'x.0a', 'x.1q', 'x.1a', 'y.0q', 'y.0a']);
    await two.waitForFunction(() => window.memory.heard.length === 3);
    expect(await two.evaluate(() => window.memory.heard)).toEqual([`written ${S} elsewhere`, `written ${S} elsewhere`, `written ${S} elsewhere`]);
  });
});
