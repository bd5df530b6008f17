import { afterEach, describe, expect, it, vi } from 'vitest';
import { BufferedExporter } from '../../src/analytics/buffered-exporter.js';
import { AnalyticsEvent } from '../../src/analytics/event.js';
import type { ExportOptions } from '../../src/analytics/exporter.js';
import { flushOnPageHide } from '../../src/browser/flush-on-page-hide.js';
import { JSONFileExporter, readJSONFile } from '../../src/browser/json-file-exporter.js';

const event = (eventType: string): AnalyticsEvent => new AnalyticsEvent({ eventType });
const types = (text: string): string[] => text.trim().split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { event_type: string }).event_type);
let made = 0;

describe('JSONFileExporter in a browser', () => {
  it('adds lines to a file of the origin, and reads them back', async () => {
    const path = `logs/${made++}/analytics.json`;
    expect(await readJSONFile(path)).toBe('');
    for (const name of ['a', 'b']) {
      const exporter = new JSONFileExporter(path);
      await exporter.export([event(name), event(`${name} grüße`)]);
      expect(types(await readJSONFile(path)).at(-1)).toBe(`${name} grüße`); // stored as soon as it is acknowledged
      await exporter.close();
    }
    expect(types(await readJSONFile(path))).toEqual(['a', 'a grüße', 'b', 'b grüße']);
  });

  it('empties the file first where asked', async () => {
    const path = `analytics-${made++}.json`;
    for (const name of ['a', 'b']) {
      const exporter = new JSONFileExporter(path, { append: false });
      await exporter.export(event(name));
      await exporter.export(event(`${name}2`));
    }
    expect(types(await readJSONFile(path))).toEqual(['b', 'b2']);
  });

  it.each(['', '/', '..', 5])('refuses %j as a path', (path) => {
    expect(() => new JSONFileExporter(path as string)).toThrow('JSONFileExporter.target');
  });
});

describe('flushOnPageHide', () => {
  afterEach(() => vi.restoreAllMocks());

  it('sends what is left, by requests that outlive the page, when the page is hidden', async () => {
    const got: [string, ExportOptions | undefined][] = [];
    const exporter = new BufferedExporter({ export: async (events, options) => void got.push([[events].flat().map(({ eventType }) => eventType).join(), options]) }, { flushInterval: 0 });
    const stop = flushOnPageHide(exporter);
    await exporter.export(event('a'));
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    await exporter.export(event('b'));
    window.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(() => expect(got).toEqual([['a', { keepalive: true }], ['b', { keepalive: true }]]));
    stop();
    await exporter.export(event('c'));
    window.dispatchEvent(new Event('pagehide'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(exporter.stats.buffered).toBe(1);
    await exporter.close();
  });

  it('does nothing while the page is seen, and tells what failed', async () => {
    const errors: unknown[] = [];
    const exporter = new BufferedExporter({ export: async () => { throw new Error('offline'); } }, { flushInterval: 0 });
    const stop = flushOnPageHide(exporter, (error) => errors.push(error));
    await exporter.export(event('a'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(exporter.stats.failedBatches).toBe(0);
    window.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(() => expect(errors).toEqual([new Error('offline')]));
    stop();
  });
});
