// A page that goes away in the middle of an answer, by a reload or by a crash: the conversation goes on where it was heard to.
import type { Page } from 'playwright';
import { describe, type ExpectStatic } from 'vitest';
import { it, type Assistant } from './assistant-page.js';

interface Kept {
  readonly role: string;
  readonly content: string;
  readonly metadata?: { readonly unfinished?: boolean; readonly interrupted?: boolean; readonly generated?: string };
}

/** What the page's database has of its conversation, oldest first. */
const kept = (page: Page): Promise<readonly Kept[]> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('sluice-memory');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const rows = await new Promise<Kept[]>((resolve, reject) => {
      const request = database.transaction('entries').objectStore('entries').getAll();
      request.onsuccess = () => resolve(request.result as Kept[]);
      request.onerror = () => reject(request.error);
    });
    database.close();
    return rows;
  });

/** Asks for a long answer and waits until some of it is kept as heard; gives what is kept. */
async function interruptible({ page }: Assistant, expect: ExpectStatic): Promise<Kept> {
  await page.fill('#message', 'help');
  await page.click('#send');
  let answer: Kept | undefined;
  await expect.poll(async () => (answer = (await kept(page)).find(({ role }) => role === 'assistant')), { timeout: 20_000 }).toBeDefined();
  return answer as Kept; // it was waited for
}

/** What the page shows of it, and what it keeps: the question once, the answer as far as it was heard, marked. */
async function expectResumed(open: Assistant, before: Kept, expect: ExpectStatic): Promise<void> {
  const { page, ask, problems } = open;
  const [question, answer, ...more] = await kept(page);
  expect(question).toMatchObject({ role: 'user', content: 'help', metadata: { unfinished: true } });
  expect(answer).toMatchObject({ role: 'assistant', metadata: { unfinished: true, interrupted: true } });
  expect(more).toEqual([]);
  const { content } = answer as Kept;
  const generated = answer?.metadata?.generated ?? '';
  expect(content.startsWith(before.content)).toBe(true); // a later checkpoint may have kept more of it
  expect([content.length > 0, content.length < generated.length, generated.startsWith(content)]).toEqual([true, true, true]);
  const lines = await page.locator('#transcript li').allInnerTexts();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe('help');
  expect(lines[1]?.startsWith(content)).toBe(true);
  expect(lines[1]).toMatch(/interrupted here/);
  // The next turn is a turn like any other, and what was unfinished stays what it was.
  expect(await ask('what is two plus two')).toMatchObject({ interrupted: false, error: null, spoken: expect.stringMatching(/4|four/i) as unknown });
  expect((await kept(page)).map(({ role, content: text }) => [role, text])).toEqual([['user', 'help'], ['assistant', content], ['user', 'what is two plus two'], ['assistant', expect.stringMatching(/4|four/i) as unknown]]);
  expect(problems).toEqual([]);
}

describe.concurrent('the assistant, when its page goes away in the middle of an answer', () => {
  it('goes on after a reload', async ({ assistant, expect }) => {
    const open = await assistant();
    const before = await interruptible(open, expect);
    expect(await open.turns()).toEqual([]); // the turn has not ended
    await open.reload();
    await expectResumed(open, before, expect);
  });

  it('goes on after a crash', async ({ assistant, expect }) => {
    const open = await assistant();
    const before = await interruptible(open, expect);
    await open.crash();
    await expectResumed(open, before, expect);
  });
});
