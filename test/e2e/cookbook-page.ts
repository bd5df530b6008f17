/**
 * The pages of the cookbook in a real Chromium on a small screen. A browser, and with it what its microphone hears once,
 * is of a test file; the tests of a file may run at the same time.
 */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, test } from 'vitest';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';

/** An open recipe. */
export interface Recipe {
  readonly page: Page;
  /** Errors that reached the page's console or went uncaught; what a server did not answer is none. */
  readonly problems: string[];
  /** Types a line, and waits for the end of its turn. */
  ask(text: string): Promise<void>;
  log(): Promise<string>;
  /** Whether nothing is wider than the screen. */
  fits(): Promise<boolean>;
}

/** How a recipe is opened. */
export interface RecipeOptions {
  /** What the microphone hears from the moment it is opened: a file under test/fixtures/speech. */
  readonly speech?: string;
  /** Done before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

let site: ReturnType<typeof serve> | undefined;
let shared: Promise<Browser> | undefined;

afterAll(async () => {
  await (await shared)?.close();
  await (await site)?.close();
});

/** A test that gets `recipe`, which opens a page under 05-cookbook; what it opened is closed when the test has ended. */
export const it = test.extend<{ readonly recipe: (path: string, options?: RecipeOptions) => Promise<Recipe> }>({
  // The pattern says that this fixture needs no other.
  recipe: async ({}, use) => {
    const closing: (() => Promise<void>)[] = [];
    await use(async (path, { speech, prepare } = {}) => {
      const browser = await (speech === undefined ? (shared ??= launchBrowser()) : launchBrowser({ microphoneWav: `${join(root, 'test/fixtures/speech', speech)}.wav%noloop` }));
      const context = await browser.newContext({ permissions: ['microphone'], viewport: { width: 360, height: 740 } });
      closing.push(() => (speech === undefined ? context.close() : browser.close()));
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('Failed to load resource')) problems.push(message.text());
      });
      await prepare?.(page);
      const { url } = await (site ??= serve({ mounts: join(root, 'dist-web'), csp: 'wasm' }));
      await page.goto(`${url}05-cookbook/${path}`);
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
        fits: () => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
      };
    });
    for (const close of closing) await close();
  },
});
