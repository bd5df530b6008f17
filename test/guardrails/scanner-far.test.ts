import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.js';
import type { FarScanner } from '../../src/guardrails/far-scanner.js';
import { createScanner } from '../../src/guardrails/scanner.js';
import { ScanEngine } from '../../src/wasm/scan-engine.js';

const RULES = [
  { id: 'phone', pattern: '\\b\\d{3}-\\d{4}\\b' },
  { id: 'even', pattern: '#\\d+', verify: (match: string): boolean => Number(match.slice(1)) % 2 === 0 },
];
const TEXT = 'call 555-1234 #1 #2';
const FOUND = [{ id: 'phone', start: 5, end: 13 }, { id: 'even', start: 17, end: 19 }];

/** A far side on this thread that can be told to fail. */
class LocalFar implements FarScanner {
  generation = 0;
  readonly loads: string[] = [];
  readonly unloads: string[] = [];
  /** Scans that will fail, and how. */
  readonly failures: ('reject' | 'hang')[] = [];
  #engines = new Map<string, ScanEngine>();

  load(key: string, blob: Uint8Array): Promise<void> {
    this.loads.push(key);
    this.#engines.set(key, new ScanEngine(blob, { foreign: true }));
    return Promise.resolve();
  }
  unload(key: string): void {
    this.unloads.push(key);
    this.#engines.delete(key);
  }
  scan(key: string, text: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Int32Array> {
    const failure = this.failures.shift();
    if (failure === 'reject') return Promise.reject(new Error('the thread died'));
    if (failure === 'hang') return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const engine = this.#engines.get(key);
    return engine === undefined ? Promise.reject(new Error('not loaded')) : Promise.resolve(Int32Array.from(engine.scan(text)));
  }
  restart(): Promise<void> {
    this.generation++;
    this.#engines = new Map();
    return Promise.resolve();
  }
  close(): void {}
}

class ManualClock implements Clock {
  #now = 0;
  readonly timers: { at: number; run: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  epochMs(): number {
    return this.#now;
  }
  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.timers.push(timer);
    return () => {
      const at = this.timers.indexOf(timer);
      if (at >= 0) this.timers.splice(at, 1);
    };
  }
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const timer of this.timers.filter(({ at }) => at <= this.#now)) {
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.run();
    }
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}

describe('scanAsync with a far side', () => {
  it('gives the matches of scan, verified on this side, and hands the patterns over once', async () => {
    const far = new LocalFar();
    const scanner = createScanner(RULES, { far });
    expect(await scanner.scanAsync(TEXT)).toEqual(FOUND);
    expect(await Promise.all([scanner.scanAsync(TEXT), scanner.scanAsync('')])).toEqual([FOUND, []]);
    expect(far.loads).toHaveLength(1);
  });

  it('keeps two scanners apart on one far side', async () => {
    const far = new LocalFar();
    const one = createScanner([{ id: 'a', pattern: 'a' }], { far });
    const other = createScanner([{ id: 'b', pattern: 'b' }], { far });
    expect(await Promise.all([one.scanAsync('ab'), other.scanAsync('ab')])).toEqual([[{ id: 'a', start: 0, end: 1 }], [{ id: 'b', start: 1, end: 2 }]]);
    expect(new Set(far.loads).size).toBe(2);
  });

  it('stays on this side when it is told to', async () => {
    const far = new LocalFar();
    expect(await createScanner(RULES, { far }).scanAsync(TEXT, { placement: 'near' })).toEqual(FOUND);
    expect(far.loads).toEqual([]);
  });

  it('starts a thread that died again, loads the patterns, and asks once more', async () => {
    const far = new LocalFar();
    far.failures.push('reject');
    expect(await createScanner(RULES, { far }).scanAsync(TEXT)).toEqual(FOUND);
    expect([far.generation, far.loads.length]).toEqual([1, 2]);
  });

  it('loads again, without a restart of its own, after somebody else’s', async () => {
    const far = new LocalFar();
    const scanner = createScanner(RULES, { far });
    await scanner.scanAsync(TEXT);
    await far.restart();
    expect(await scanner.scanAsync(TEXT)).toEqual(FOUND);
    expect([far.generation, far.loads.length]).toEqual([1, 2]);
  });

  it('replaces a thread that does not answer within 1 s and 20 ms per KB', async () => {
    const far = new LocalFar();
    const clock = new ManualClock();
    far.failures.push('hang');
    const text = TEXT + ' '.repeat(10 * 1024 - TEXT.length);
    const found = createScanner(RULES, { far, clock }).scanAsync(text);
    await settle();
    await clock.advance(1199);
    expect(far.generation).toBe(0);
    await clock.advance(1);
    expect(await found).toEqual(FOUND);
    expect(far.generation).toBe(1);
    expect(clock.timers).toEqual([]);
  });

  it('says SCANNER_LOST after the second failure, with both causes', async () => {
    const far = new LocalFar();
    far.failures.push('reject', 'reject');
    const error: unknown = await createScanner(RULES, { far }).scanAsync(TEXT).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SCANNER_LOST' });
    expect(((error as Error).cause as AggregateError).errors).toHaveLength(2);
  });

  it('ends with ABORTED when its signal aborts, before or while it runs, and leaves no timer', async () => {
    const far = new LocalFar();
    const clock = new ManualClock();
    const scanner = createScanner(RULES, { far, clock });
    await expect(scanner.scanAsync(TEXT, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    far.failures.push('hang');
    const controller = new AbortController();
    const scan = scanner.scanAsync(TEXT, { signal: controller.signal });
    await settle();
    controller.abort(new Error('enough'));
    await expect(scan).rejects.toMatchObject({ code: 'ABORTED' });
    expect(far.generation).toBe(0);
    expect(clock.timers).toEqual([]);
  });

  it('forgets the patterns there when it is closed', async () => {
    const far = new LocalFar();
    const scanner = createScanner(RULES, { far });
    await scanner.scanAsync(TEXT);
    scanner.close();
    expect(far.unloads).toEqual(far.loads);
  });
});

describe('scanAsync without a far side', () => {
  it('scans near', async () => {
    expect(await createScanner(RULES).scanAsync(TEXT)).toEqual(FOUND);
  });

  it('refuses to scan far, and options that it does not have', async () => {
    const scanner = createScanner(RULES);
    await expect(scanner.scanAsync(TEXT, { placement: 'far' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(scanner.scanAsync(TEXT, { placement: 'moon' as 'far' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(scanner.scanAsync(TEXT, { timeout: 1 } as object)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('scans a long text in slices, gives other work a turn, and lets scans of short texts in between', async () => {
    const clock = new ManualClock();
    const scanner = createScanner(RULES, { clock });
    const text = `${'.'.repeat(200_000)} ${TEXT}`;
    let done = false;
    const long = scanner.scanAsync(text).finally(() => (done = true));
    await settle();
    expect(done).toBe(false);
    expect(scanner.scan(TEXT)).toEqual(FOUND);
    while (!done) await clock.advance(1);
    expect(await long).toEqual(scanner.scan(text));
  });

  it('can be aborted between two slices, and the next scan works', async () => {
    const clock = new ManualClock();
    const scanner = createScanner(RULES, { clock });
    const controller = new AbortController();
    const text = '.'.repeat(300_000) + TEXT;
    const long = scanner.scanAsync(text, { signal: controller.signal });
    const next = scanner.scanAsync(text);
    const aborted = expect(long).rejects.toMatchObject({ code: 'ABORTED' });
    await settle();
    controller.abort();
    await aborted;
    for (let n = 0; n < 20; n++) await clock.advance(1);
    expect(await next).toEqual(scanner.scan(text));
  });
});
