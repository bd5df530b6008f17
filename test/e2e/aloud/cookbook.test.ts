// The pages of the cookbook that listen, in a real Chromium with a fake microphone.
import { describe, expect } from 'vitest';
import { it } from '../cookbook-page.js';

describe.concurrent('the cookbook, listening', () => {
  it('offline-assistant: answers what is typed, and what is said', async ({ recipe }) => {
    const { page, problems, ask, log, fits } = await recipe('offline-assistant/', { speech: 'what-time' });
    await ask('what is seven times eight');
    expect(await log()).toMatch(/56|fifty.six/i);
    await page.click('#talk');
    await page.waitForFunction(() => /what time/i.test(document.querySelector('#log')?.textContent ?? ''), undefined, { timeout: 30_000 });
    expect([await fits(), problems]).toEqual([true, []]);
  });

  it('push-to-talk: hears what is said while the space bar is held', async ({ recipe }) => {
    const { page, problems, ask, log, fits } = await recipe('push-to-talk/', { speech: 'what-time' });
    await ask('what is two plus two');
    await page.focus('#hold');
    await page.keyboard.down('Space');
    await page.waitForFunction(() => document.querySelector('#hold')?.getAttribute('aria-pressed') === 'true');
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'I hear you.', undefined, { timeout: 20_000 });
    await page.waitForTimeout(2500); // the recording of the fake microphone is as long
    await page.keyboard.up('Space');
    await page.waitForFunction(() => /time/i.test(document.querySelector('#log .user:last-of-type, #log')?.textContent ?? ''), undefined, { timeout: 30_000 });
    expect(await page.getAttribute('#hold', 'aria-pressed')).toBe('false');
    expect(await log()).not.toMatch(/could not/i);
    expect([await fits(), problems]).toEqual([true, []]);
  });
});
