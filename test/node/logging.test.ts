import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { setupLogging } from '../../src/node/logging.js';

it('adds records to a file, in order, and tells once when it cannot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  const lines: string[] = [];
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  for (let n = 0; n < 2; n++) {
    const logging = setupLogging({ jsonFormat: true, logFile: join(folder, 'pipeline.log') });
    for (let m = 0; m < 20; m++) logging.logger.info(`${n}.${m}`);
    await logging.close();
  }
  const broken = setupLogging({ logFile: join(folder, 'no', 'such.log') });
  broken.logger.info('a');
  broken.logger.info('b');
  await broken.close();
  await setupLogging().close();
  vi.restoreAllMocks();
  const messages = readFileSync(join(folder, 'pipeline.log'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { message: string }).message);
  rmSync(folder, { recursive: true });
  expect(messages).toEqual([0, 1].flatMap((n) => Array.from({ length: 20 }, (_, m) => `${n}.${m}`)));
  expect(lines).toHaveLength(1);
});
