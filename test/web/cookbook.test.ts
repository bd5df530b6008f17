// @realm node
// The recipes of web/05-cookbook that need no page, run as they are.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStoreContract } from '../../src/testing/memory-store-contract.js';
import { guardedAssistant, NoSpoilers } from '../../web/05-cookbook/custom-guard/recipe.js';
import { rememberingAssistant, WebStorageStore } from '../../web/05-cookbook/custom-store/recipe.js';
import { serverAssistant } from '../../web/05-cookbook/openai-server/recipe.js';

class FakeStorage implements Storage {
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
  }
}

describe('a memory of your own', () => {
  for (const { name, run } of memoryStoreContract(() => new WebStorageStore(new FakeStorage()))) it(name, run);

  it('goes on with a conversation in the next visit', async () => {
    const storage = new FakeStorage();
    const id = '3f1c8a52-6a0e-4a5c-9d3f-0d7f3c1b2a11';
    const first = rememberingAssistant(new WebStorageStore(storage), id);
    await first.send('remember my locker is number twelve');
    await first.close();
    const second = rememberingAssistant(new WebStorageStore(storage), id);
    expect((await second.send('recall my notes')).generated).toMatch(/locker/i);
    await second.close();
  });
});

describe('a guard of your own', () => {
  it('refuses what it must, lets pass what it may, and works beside the others', async () => {
    expect(new NoSpoilers().check('what time is it').passed).toBe(true);
    const session = guardedAssistant();
    expect(await session.send('so who is the murderer')).toMatchObject({ refused: true });
    expect((await session.send('my number is 555-123-4567')).generated).not.toContain('555');
    expect((await session.send('what time is it')).generated).toBe('I was told: what time is it');
    await session.close();
  });
});

describe('a model behind an OpenAI-compatible server', () => {
  let server: Server;
  let well = true;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      if (!well) return response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end('data: {"choices":[{"delta":{"content":"Hello from the server."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(() => server.close());

  it('answers, and the offline assistant answers when it does not', async () => {
    const told: string[] = [];
    const { session, close } = serverAssistant({ baseUrl: `http://localhost:${(server.address() as AddressInfo).port}/v1`, model: 'm' }, (type) => told.push(type));
    expect((await session.send('hello')).generated).toBe('Hello from the server.');
    well = false;
    expect((await session.send('what is seven times eight')).generated).toMatch(/56|fifty.six/i);
    expect(told).toContain('provider.failed_over');
    await close();
  });
});
