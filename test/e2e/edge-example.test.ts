// The example of web/04-edge, started as its comment says: by wrangler, from the built package.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { unstable_startWorker } from 'wrangler';

const home = mkdtempSync(join(tmpdir(), 'sluice-wrangler-'));
let worker: Awaited<ReturnType<typeof unstable_startWorker>>;

beforeAll(async () => {
  Object.assign(process.env, { HOME: home, XDG_CONFIG_HOME: home, WRANGLER_SEND_METRICS: 'false' }); // it writes logs into the user's home otherwise
  const { unstable_startWorker: start } = await import('wrangler');
  worker = await start({ config: fileURLToPath(new URL('../../web/04-edge/wrangler.jsonc', import.meta.url)), dev: { logLevel: 'none', inspector: false, server: { port: 0 }, persist: false } });
});
afterAll(async () => {
  await worker.dispose();
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  } catch (error) {
    // wrangler may go on writing its log there; the folder lies where the system keeps what may be deleted.
    console.info(`The folder of this test could not be deleted yet: ${error instanceof Error ? error.message : String(error)}`);
  }
});

it('answers, redacts before it remembers, and goes on with its session', async () => {
  const say = async (input_text: string): Promise<string> => {
    const response = await worker.fetch('http://edge.test/', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Session-Id': '550e8400-e29b-41d4-a716-446655440000' }, body: JSON.stringify({ input_text }) });
    return ((await response.json()) as { response: string }).response;
  };
  expect(await say('My number is 555-123-4567')).toBe('I heard “My number is ***-***-****”, and 0 turns before it.');
  expect(await say('and again')).toBe('I heard “and again”, and 1 turns before it.');
});
