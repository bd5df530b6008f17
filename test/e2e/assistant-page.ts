/**
 * The page in a real Chromium with a fake microphone, for the end-to-end tests: one browser for a test
 * file and one more for each microphone recording, the built page on a local server, and what the
 * loudspeaker plays as samples. The tests of a file may run at the same time: each opens pages of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, test } from 'vitest';
import { launchBrowser } from '../tools/browser.mjs';
import { root } from '../tools/install.mjs';
import { serve } from '../tools/serve.mjs';
import { writeScript, type SpokenPart } from './aloud/spoken-script.js';

/** How the page is opened. */
export interface AssistantOptions {
  /** What the microphone hears once, from the moment it is opened: a file under test/fixtures/speech, or a script of such files and pauses. */
  readonly speech?: string | readonly SpokenPart[];
  /** COOP and COEP headers. @default true */
  readonly isolation?: boolean;
  /** @default 'wasm' */
  readonly csp?: 'none' | 'wasm' | 'strict';
  /** Grant the microphone. @default true */
  readonly microphone?: boolean;
  /** Run before the page's own scripts. */
  readonly before?: () => void;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** The open page. */
export interface Assistant {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Errors that reached the page's console or went uncaught. */
  readonly problems: string[];
  /** Everything the page wrote to its console. */
  readonly log: string[];
  /** Opens the page again in the same browser profile. */
  reload(): Promise<void>;
  /** Kills the page's process and opens the page anew; `page` is then another one. */
  crash(): Promise<void>;
  /** Cuts or restores the network, the local server included. */
  offline(cut: boolean): Promise<void>;
  /** Types a message and waits for the end of its turn. */
  ask(text: string): Promise<TurnFacts>;
  /** The turns that have ended. */
  turns(): Promise<readonly TurnFacts[]>;
  /** Waits until `count` turns have ended. */
  turnsAfter(count: number, timeoutMs?: number): Promise<readonly TurnFacts[]>;
  /** Begins to record what the loudspeaker plays. */
  record(): Promise<void>;
  /** What was recorded since: mono samples. */
  recorded(): Promise<{ readonly sampleRate: number; readonly samples: Float32Array }>;
  close(): Promise<void>;
}

/** What a test reads of a `TurnReport`. */
export interface TurnFacts {
  readonly source: string;
  readonly userText: string;
  readonly generated: string;
  readonly spoken: string;
  readonly interrupted: boolean;
  readonly refused: boolean;
  readonly error: string | null;
  readonly latency: { readonly totalMs: number; readonly parts: Readonly<Record<string, number>> } | null;
}

// What a microphone hears is given to a browser when it is started; pages that need none of their own share one.
let shared: Promise<Browser> | undefined;

afterAll(async () => {
  await (await shared)?.close();
});

/** A test that gets `assistant`, which opens the built page; what it opened is closed when the test has ended. */
export const it = test.extend<{ readonly assistant: (options?: AssistantOptions) => Promise<Assistant> }>({
  // The pattern says that this fixture needs no other.
  assistant: async ({}, use) => {
    const opened: Promise<Assistant>[] = [];
    await use((options) => {
      const page = openAssistant(options);
      opened.push(page);
      return page;
    });
    for (const page of await Promise.allSettled(opened)) if (page.status === 'fulfilled') await page.value.close();
  },
});

async function openAssistant(options: AssistantOptions = {}): Promise<Assistant> {
  const { isolation = true, csp = 'wasm', microphone = true } = options;
  const site = await serve({ mounts: join(root, 'dist-web'), isolation, csp });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-speech-'));
  const microphoneWav = typeof options.speech === 'string' ? join(root, 'test/fixtures/speech', `${options.speech}.wav`) : options.speech === undefined ? undefined : writeScript(options.speech, join(folder, 'script.wav'));
  const browser: Browser = await (microphoneWav === undefined ? (shared ??= launchBrowser()) : launchBrowser({ microphoneWav: `${microphoneWav}%noloop` }));
  const context = await browser.newContext({
    ...(microphone ? { permissions: ['microphone'] } : {}),
    ...(options.viewport === undefined ? {} : { viewport: options.viewport }),
    ...(options.colorScheme === undefined ? {} : { colorScheme: options.colorScheme }),
  });
  const problems: string[] = [];
  const log: string[] = [];
  const open = async (): Promise<Page> => {
    const opened = await context.newPage();
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (message) => {
      log.push(message.text());
      if (message.type() === 'error') problems.push(message.text());
    });
    await opened.addInitScript(collectTurns);
    if (options.before !== undefined) await opened.addInitScript(options.before);
    await opened.goto(`${site.url}?tap`);
    await opened.waitForSelector('html[data-ready=true]');
    return opened;
  };
  let page = await open();
  const turns = (): Promise<readonly TurnFacts[]> => page.evaluate(() => (window as unknown as { sluiceTurns: TurnFacts[] }).sluiceTurns);
  const turnsAfter = async (count: number, timeoutMs = 20_000): Promise<readonly TurnFacts[]> => {
    await page.waitForFunction((n) => (window as unknown as { sluiceTurns: unknown[] }).sluiceTurns.length >= n, count, { timeout: timeoutMs });
    return turns();
  };
  return {
    get page() {
      return page;
    },
    context,
    url: site.url,
    problems,
    log,
    turns,
    turnsAfter,
    async reload() {
      await page.reload();
      await page.waitForSelector('html[data-ready=true]');
    },
    async crash() {
      const crashed = new Promise((resolve) => page.once('crash', resolve));
      const client = await context.newCDPSession(page);
      client.send('Page.crash').catch(() => undefined); // the answer never comes: the page is dead
      await crashed;
      await page.close();
      page = await open();
    },
    async offline(cut) {
      await context.setOffline(cut);
    },
    async ask(text) {
      const before = (await turns()).length;
      await page.fill('#message', text);
      await page.click('#send');
      return (await turnsAfter(before + 1))[before] as TurnFacts; // it was waited for
    },
    async record() {
      await page.evaluate(startRecording);
    },
    async recorded() {
      const { sampleRate, base64 } = await page.evaluate(stopRecording);
      const bytes = Buffer.from(base64, 'base64');
      return { sampleRate, samples: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)) };
    },
    async close() {
      await (microphoneWav === undefined ? context.close() : browser.close());
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs in the page before its scripts: keeps the report of every turn, of every session the page opens. */
function collectTurns(): void {
  const turns: unknown[] = [];
  Object.assign(window, { sluiceTurns: turns });
  let current: { session: { subscribe(listener: (event: { type: string; report?: Record<string, unknown> }) => void): void } } | undefined;
  Object.defineProperty(window, 'sluice', {
    configurable: true,
    get: () => current,
    set(value: typeof current) {
      current = value;
      value?.session.subscribe((event) => {
        if (event.type !== 'turnEnd' || event.report === undefined) return;
        const { error, ...report } = event.report;
        turns.push({ ...report, error: error instanceof Error ? error.message : null });
      });
    },
  });
}

/** Runs in the page: records the speaker's tap without loss. */
async function startRecording(): Promise<void> {
  const { speaker } = (window as unknown as { sluice: { speaker: { start(): Promise<void>; recording: MediaStream | null } } }).sluice;
  await speaker.start();
  const stream = speaker.recording;
  if (stream === null) throw new Error('the speaker was opened without a tap');
  const recorder = new MediaRecorder(stream, { mimeType: 'audio/webm;codecs=pcm' });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  Object.assign(window, { sluiceRecorder: { recorder, parts } });
}

/** Runs in the page: ends the recording and gives its samples. */
async function stopRecording(): Promise<{ sampleRate: number; base64: string }> {
  const { recorder, parts } = (window as unknown as { sluiceRecorder: { recorder: MediaRecorder; parts: Blob[] } }).sluiceRecorder;
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
  recorder.stop();
  await stopped;
  const encoded = await new Blob(parts).arrayBuffer();
  const rate = (window as unknown as { sluice: { speaker: { sampleRate: number } } }).sluice.speaker.sampleRate;
  const audio = await new OfflineAudioContext(1, 1, rate).decodeAudioData(encoded);
  const samples = audio.getChannelData(0);
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { sampleRate: rate, base64: btoa(binary) };
}
