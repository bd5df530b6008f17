import { expect, it } from 'vitest';
import { acousticTable } from '../../src/speech/acoustic-table.js';
import { SILENCE } from '../../src/speech/network.js';
import { ModelUnit, speechKernel } from '../../src/wasm/speech-kernel.js';

it('is a model for all states of all phones, of at most 100 KB', async () => {
  const table = await acousticTable();
  expect(table.length).toBeLessThan(100_000);
  expect(new ModelUnit(await speechKernel.load(), table, 10).width).toBeGreaterThan(SILENCE);
});

it('is unpacked once', async () => {
  expect(await acousticTable()).toBe(await acousticTable());
});
