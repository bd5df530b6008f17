// The pages of the cookbook in a real Chromium, by keyboard: each opens without a problem, does what it says, and fits a small screen.
import { describe, expect } from 'vitest';
import { it } from './cookbook-page.js';

describe.concurrent('the cookbook', () => {
  it('lists its recipes, each of which opens', async ({ recipe }) => {
    const { page, problems, fits } = await recipe('');
    const links = await page.locator('main a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    expect(links).toHaveLength(5);
    for (const link of links) expect((await page.request.get(link)).status()).toBe(200);
    expect([await fits(), problems]).toEqual([true, []]);
  });

  it('openai-server: answers with the server, then without it', async ({ recipe }) => {
    let well = true;
    const { page, problems, ask, log, fits } = await recipe('openai-server/', { prepare: (one) => one.route('http://localhost:11434/v1/chat/completions', (route) =>
      well
        ? route.fulfill({ status: 200, headers: { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }, body: 'data: {"choices":[{"delta":{"content":"Hello from the server."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' })
        : route.abort()) });
    await ask('hello there');
    expect(await log()).toContain('Hello from the server.');
    well = false;
    await ask('what is seven times eight');
    expect(await log()).toMatch(/does not answer[\s\S]*(56|fifty.six)|(56|fifty.six)[\s\S]*does not answer/i);
    expect([await fits(), problems]).toEqual([true, []]);
  });

  it('custom-guard: refuses in its own words', async ({ recipe }) => {
    const { page, problems, ask, log, fits } = await recipe('custom-guard/');
    await ask('my number is 555-123-4567');
    expect(await log()).not.toContain('555');
    await ask('so who is the murderer');
    await page.waitForFunction(() => document.querySelector('#log')?.textContent?.includes('I do not give away how it ends.'));
    expect([await fits(), problems]).toEqual([true, []]);
  });

  it('custom-store: remembers after a reload, until it is told to forget', async ({ recipe }) => {
    const { page, problems, ask, log, fits } = await recipe('custom-store/');
    await ask('remember my locker is number twelve');
    await page.reload();
    await page.waitForFunction(() => /locker/i.test(document.querySelector('#log')?.textContent ?? ''));
    await page.click('#forget');
    await page.waitForFunction(() => /forgotten/.test(document.querySelector('#log')?.textContent ?? ''));
    await page.reload();
    expect(await log()).toBe('');
    expect([await fits(), problems]).toEqual([true, []]);
  });
});
