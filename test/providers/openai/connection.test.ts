import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../../src/base/errors.js';
import { InvalidOptionError } from '../../../src/base/option.js';
import { OpenAIConnection, type OpenAIOptions } from '../../../src/providers/openai/connection.js';
import { machineWord, OpenAIError, retryAfterMs } from '../../../src/providers/openai/openai-error.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { json, standIn } from './stand-in.js';

const connection = (options: Partial<OpenAIOptions>): OpenAIConnection => new OpenAIConnection('Test', { model: 'm', ...options });

describe('OpenAIConnection', () => {
  it.each<[string, Partial<OpenAIOptions>, string]>([
    ['no model', { model: '' }, 'Test.model'],
    ['an address that is none', { baseUrl: 'localhost' }, 'Test.baseUrl'],
    ['an address of another kind', { baseUrl: 'ftp://models.test' }, 'Test.baseUrl'],
    ['an address with a password', { baseUrl: 'https://user:secret@models.test' }, 'Test.baseUrl'],
    ['a key with a line feed', { apiKey: 'secret\n' }, 'Test.apiKey'],
    ['a header that is no text', { headers: { 'x-a': 'ä' } }, 'Test.headers.x-a'],
    ['a header name that is none', { headers: { 'x a': 'b' } }, 'Test.headers'],
  ])('refuses %s without repeating it', (_what, options, option) => {
    let error: unknown;
    try {
      connection(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option });
    expect((error as Error).message).not.toContain('secret');
  });

  it('asks for the key before each request, and keeps the query of the address', async () => {
    let count = 0;
    const { fetch, asked } = standIn(() => json({}));
    const one = connection({ baseUrl: 'https://models.test/openai/?api-version=1', apiKey: () => Promise.resolve(`token-${++count}`), fetch });
    await one.send('models', {});
    await one.send('models', {});
    expect(asked.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([1, 2].map((n) => ['https://models.test/openai/models?api-version=1', `Bearer token-${n}`]));
  });

  it('refuses a key of a function that cannot be sent, without repeating it', async () => {
    const error: unknown = await connection({ apiKey: () => 'se\ncret', fetch: standIn(() => json({})).fetch }).send('models', {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).not.toContain('cret');
  });

  it('sends no authorization without a key', async () => {
    const { fetch, asked } = standIn(() => json({}));
    await connection({ fetch }).send('models', {});
    expect(asked[0]?.headers.has('authorization')).toBe(false);
    expect(asked[0]?.url).toBe('https://api.openai.com/v1/models');
  });

  it('warms up with any answer, but not without one', async () => {
    await connection({ fetch: standIn(() => json({}, { status: 404 })).fetch }).warmUp();
    await expect(connection({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) }).warmUp()).rejects.toMatchObject({ code: 'OPENAI_NETWORK' });
  });

  it('stops waiting for a key when the signal aborts', async () => {
    const stop = new AbortController();
    const sent = connection({ apiKey: () => new Promise(() => undefined) }).send('models', { signal: stop.signal });
    stop.abort();
    await expect(sent).rejects.toBeInstanceOf(AbortedError);
  });

  it('says when to come back', async () => {
    const clock = new ManualClock();
    const at = new Date(clock.epochMs() + 5000).toUTCString();
    const error: unknown = await connection({ clock, fetch: standIn(() => json({}, { status: 503, headers: { 'retry-after': at } })).fetch }).send('models', {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ retryAfterMs: expect.closeTo(5000, -3) as number, fatal: false });
  });
});

describe('retryAfterMs', () => {
  const read = (headers: Record<string, string>): number | null => retryAfterMs(new Headers(headers), Date.UTC(2026, 0, 1));
  it.each([
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' }, 3000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('reads %j as %j', (headers, expected) => {
    expect(read(headers as Record<string, string>)).toBe(expected);
  });
});

describe('machineWord', () => {
  it.each([
    ['invalid_api_key', 'invalid_api_key'],
    ['messages[0].content', 'messages[0].content'],
    [429, '429'],
    ['two words', null],
    ['a'.repeat(65), null],
    ['sk-secret', null],
    ['x-sk-secret', null],
    [null, null],
    [{ a: 1 }, null],
  ])('of %j is %j', (value, word) => {
    expect(machineWord(value, 'sk-secret')).toBe(word);
  });
});

describe('OpenAIError', () => {
  it.each([
    ['status', 401, true],
    ['status', 403, true],
    ['status', 404, true],
    ['status', 408, false],
    ['status', 413, true],
    ['status', 429, false],
    ['status', 500, false],
    ['status', 501, true],
    ['status', 529, false],
    ['network', null, false],
    ['stream', null, false],
    ['malformed', null, true],
  ] as const)('of %s %s has fatal %s and says how to mend it', (failure, status, fatal) => {
    const error = new OpenAIError({ failure, where: 'http://models.test chat/completions', status });
    expect(error.fatal).toBe(fatal);
    expect(error.message).toMatch(/\. [A-Z].+\.$/);
  });
});
