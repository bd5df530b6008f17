// What the assistant can do with what it hears beside answering: learn words, and keep notes as recordings.
import { describe, expect } from 'vitest';
import { it } from '../assistant-page.js';

describe.concurrent('the assistant, listening', () => {
  it('is taught a word by saying it three times, understands it, and still does after a reload', async ({ assistant }) => {
    const { page, turnsAfter, reload } = await assistant({ speech: [3, 'heron-1', 3, 'heron-2', 3, 'heron-3', 3, 'heron-4', 2] });
    await page.click('#tab-settings');
    await page.fill('#teach-word', 'umbrella');
    for (const expected of ['Once more', 'Once more', 'is learned']) {
      await page.click('#teach-record');
      await page.waitForFunction((words) => document.querySelector('#teach-state')?.textContent?.includes(words) === true && document.querySelector<HTMLButtonElement>('#teach-record')?.disabled === false, expected);
    }
    expect((await turnsAfter(1))[0]).toMatchObject({ source: 'voice', userText: 'umbrella' });
    await reload();
    expect(await page.evaluate(() => localStorage.getItem('sluice.taught'))).toContain('umbrella');
  });

  it('keeps a spoken note that it cannot make out as a recording, and plays it when asked', async ({ assistant }) => {
    const { page, ask, turnsAfter } = await assistant({ speech: [1.5, 'remember', 3] });
    await page.click('#talk');
    expect((await turnsAfter(1))[0]).toMatchObject({ source: 'voice', spoken: 'I have kept that as a recording.' });
    await page.click('#talk'); // stops listening
    expect((await ask('recall my notes')).spoken).toMatch(/one recording/);
    const played = (await turnsAfter(3))[2];
    expect(played).toMatchObject({ source: 'say', interrupted: false, error: null });
  });
});
