// Every page of the cookbook in a real Chromium: it opens without a problem, does what it says, and fits a small screen.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../tools/browser.mjs';
import { serve } from '../tools/serve.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
let browser: Browser;
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  site = await serve({ mounts: join(root, 'dist-web'), csp: 'wasm' });
  browser = await launchBrowser({ microphoneWav: `${join(root, 'test/fixtures/speech/what-time.wav')}%noloop` });
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

interface Opened {
  readonly page: Page;
  readonly problems: string[];
  /** Types a line, and waits for the end of its turn. */
  ask(text: string): Promise<void>;
  log(): Promise<string>;
}

async function open(name: string, prepare: (page: Page) => Promise<unknown> = async () => undefined): Promise<Opened> {
  const context = await browser.newContext({ permissions: ['microphone'], viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) problems.push(message.text());
  });
  await prepare(page);
  await page.goto(`${site.url}05-cookbook/${name}`);
  const turns = (): Promise<number> => page.evaluate(() => Number(document.documentElement.dataset['turns'] ?? 0));
  return {
    page,
    problems,
    async ask(text) {
      const before = await turns();
      await page.fill('#message', text);
      await page.press('#message', 'Enter');
      await page.waitForFunction((count) => Number(document.documentElement.dataset['turns'] ?? 0) > count, before, { timeout: 30_000 });
    },
    log: () => page.innerText('#log'),
  };
}

/** Nothing is wider than the screen. */
const fits = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

describe('the cookbook', () => {
  it('lists its recipes, each of which opens', async () => {
    const { page, problems } = await open('');
    const links = await page.locator('main a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    expect(links).toHaveLength(5);
    for (const link of links) expect((await page.request.get(link)).status()).toBe(200);
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });

  it('offline-assistant: answers what is typed, and what is said', async () => {
    const { page, problems, ask, log } = await open('offline-assistant/');
    await ask('what is seven times eight');
    expect(await log()).toMatch(/56|fifty.six/i);
    await page.click('#talk');
    await page.waitForFunction(() => /what time/i.test(document.querySelector('#log')?.textContent ?? ''), undefined, { timeout: 30_000 });
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });

  it('openai-server: answers with the server, then without it', async () => {
    let well = true;
    const { page, problems, ask, log } = await open('openai-server/', (one) => one.route('http://localhost:11434/v1/chat/completions', (route) =>
      well
        ? route.fulfill({ status: 200, headers: { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }, body: 'data: {"choices":[{"delta":{"content":"Hello from the server."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' })
        : route.abort()));
    await ask('hello there');
    expect(await log()).toContain('Hello from the server.');
    well = false;
    await ask('what is seven times eight');
    expect(await log()).toMatch(/does not answer[\s\S]*(56|fifty.six)|(56|fifty.six)[\s\S]*does not answer/i);
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });

  it('push-to-talk: hears what is said while the space bar is held', async () => {
    const { page, problems, ask, log } = await open('push-to-talk/');
    await ask('help');
    await page.focus('#hold');
    await page.keyboard.down('Space');
    await page.waitForFunction(() => document.querySelector('#hold')?.getAttribute('aria-pressed') === 'true');
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'I hear you.', undefined, { timeout: 20_000 });
    await page.waitForTimeout(2500); // the recording of the fake microphone is as long
    await page.keyboard.up('Space');
    await page.waitForFunction(() => /time/i.test(document.querySelector('#log .user:last-of-type, #log')?.textContent ?? ''), undefined, { timeout: 30_000 });
    expect(await page.getAttribute('#hold', 'aria-pressed')).toBe('false');
    expect(await log()).not.toMatch(/could not/i);
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });

  it('custom-guard: refuses in its own words', async () => {
    const { page, problems, ask, log } = await open('custom-guard/');
    await ask('my number is 555-123-4567');
    expect(await log()).not.toContain('555');
    await ask('so who is the murderer');
    await page.waitForFunction(() => document.querySelector('#log')?.textContent?.includes('I do not give away how it ends.'));
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });

  it('custom-store: remembers after a reload, until it is told to forget', async () => {
    const { page, problems, ask, log } = await open('custom-store/');
    await ask('remember my locker is number twelve');
    await page.reload();
    await page.waitForFunction(() => /locker/i.test(document.querySelector('#log')?.textContent ?? ''));
    await page.click('#forget');
    await page.waitForFunction(() => /forgotten/.test(document.querySelector('#log')?.textContent ?? ''));
    await page.reload();
    expect(await log()).toBe('');
    expect([await fits(page), problems]).toEqual([true, []]);
    await page.context().close();
  });
});
