import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnalyticsEvent } from '../../src/analytics/event.js';
import { JSONFileExporter } from '../../src/node/json-file-exporter.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event = (eventType: string): AnalyticsEvent => new AnalyticsEvent({ eventType });
const types = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { event_type: string }).event_type);

describe('JSONFileExporter in Node', () => {
  it('adds to its file, by path or URL', async () => {
    const path = join(folder, 'analytics.json');
    for (const [target, name] of [[path, 'a'], [pathToFileURL(path), 'b']] as const) {
      const exporter = new JSONFileExporter(target);
      await exporter.export([event(name), event(`${name}2`)]);
      await exporter.close();
    }
    expect(types(path)).toEqual(['a', 'a2', 'b', 'b2']);
  });

  it('empties its file first where asked', async () => {
    const path = join(folder, 'analytics.json');
    for (const name of ['a', 'b']) {
      const exporter = new JSONFileExporter(path, { append: false });
      await exporter.export(event(name));
      await exporter.export(event(`${name}2`));
      await exporter.close();
    }
    expect(types(path)).toEqual(['b', 'b2']);
  });

  it('rejects where it cannot write, and makes no file without an event', async () => {
    await expect(new JSONFileExporter(join(folder, 'no', 'such', 'folder')).export(event('a'))).rejects.toThrow('ENOENT');
    const path = join(folder, 'never.json');
    await new JSONFileExporter(path).close();
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('writes to a stream', async () => {
    let text = '';
    const exporter = new JSONFileExporter(new WritableStream<Uint8Array>({ write: (chunk) => void (text += new TextDecoder().decode(chunk)) }));
    await exporter.export(event('a'));
    await exporter.close();
    expect(JSON.parse(text)).toMatchObject({ event_type: 'a' });
  });

  it.each([[''], [5], [null]])('refuses %j as a target', (target) => {
    expect(() => new JSONFileExporter(target as string)).toThrow('JSONFileExporter.target');
  });
});
