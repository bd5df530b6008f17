import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/errors.js';
import { portReader, portWriter, type PortReader, type PortReaderOptions, type PortWriter, type PortWriterOptions } from '../../src/browser/port-channel.js';
import { until } from './sounds.js';

const ports: MessagePort[] = [];

function channel<T>(writing: PortWriterOptions<T> = {}, reading: PortReaderOptions<T> = {}): { writer: PortWriter<T>; reader: PortReader<T> } {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  return { writer: portWriter<T>(port1, writing), reader: portReader<T>(port2, reading) };
}

const all = async <T>(reader: PortReader<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of reader) items.push(item);
  return items;
};

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('a channel over a port', () => {
  it('delivers what was written, in order, and ends when it is closed', async () => {
    const { writer, reader } = channel<number>({}, { capacity: 3 });
    const reading = all(reader);
    for (let n = 0; n < 20; n++) expect(await writer.write(n)).toBe(true);
    writer.close();
    expect(await reading).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(reader.ended).toBe(true);
    expect(writer.closed).toBe(true);
    expect(await writer.write(1)).toBe(false);
  });

  it('sends no more than the reader has room for', async () => {
    const { writer, reader } = channel<number>({}, { capacity: 4 });
    await until(() => writer.credits === 4);
    for (let n = 0; n < 4; n++) expect(writer.tryWrite(n)).toBe(true);
    expect(writer.tryWrite(4)).toBe(false);
    expect(writer.credits).toBe(0);
    let taken = false;
    void Promise.resolve(writer.write(4)).then(() => (taken = true));
    await until(() => reader.size === 4);
    expect(taken).toBe(false);
    expect(reader.tryRead()).toBe(0);
    await until(() => taken);
    expect([await reader.read(), await reader.read(), await reader.read(), await reader.read()]).toEqual([1, 2, 3, 4]);
  });

  it('lets critical items through a channel that is full', async () => {
    const { writer, reader } = channel<string>({ critical: (item) => item.startsWith('!') }, { capacity: 2, criticalCapacity: 2 });
    await until(() => writer.credits === 2);
    expect([writer.tryWrite('a'), writer.tryWrite('b'), writer.tryWrite('c'), writer.tryWrite('!stop')]).toEqual([true, true, false, true]);
    await until(() => reader.size === 3);
    expect(reader.tryRead()).toBe('!stop');
    expect(reader.tryRead()).toBe('a');
    expect(reader.tryRead()).toBe('b');
    expect(reader.tryRead()).toBeUndefined();
  });

  it('delivers what was parked before the close', async () => {
    const { writer, reader } = channel<number>({}, { capacity: 1 });
    const written = [0, 1, 2, 3].map((n) => writer.write(n));
    writer.close();
    expect(writer.closed).toBe(true);
    expect(writer.tryWrite(9)).toBe(false);
    expect(await all(reader)).toEqual([0, 1, 2, 3]);
    expect(await Promise.all(written)).toEqual([true, true, true, true]);
  });

  it('turns writes to false when the reader has gone', async () => {
    const { writer, reader } = channel<number>({}, { capacity: 1 });
    const written = [0, 1, 2].map((n) => writer.write(n));
    expect(await reader.read()).toBe(0);
    reader.cancel();
    expect((await Promise.all(written)).at(-1)).toBe(false);
    expect(await writer.write(3)).toBe(false);
    expect(await reader.read()).toBeUndefined();
  });

  it('cancels when a loop over it is left', async () => {
    const { writer, reader } = channel<number>();
    void writer.write(1);
    for await (const item of reader) {
      expect(item).toBe(1);
      break;
    }
    await until(() => writer.closed);
  });

  it('gives readers the error of the writer, parked or not, with its code', async () => {
    const { writer, reader } = channel<number>();
    const parked = reader.read();
    writer.abort(new SluiceError('the device broke', { code: 'BROKEN' }));
    await expect(parked).rejects.toMatchObject({ code: 'PORT_CHANNEL_ABORTED', remoteCode: 'BROKEN', message: 'the device broke' });
    await expect(reader.read()).rejects.toMatchObject({ remoteCode: 'BROKEN' });
  });

  it('delivers what was sent before an abort first', async () => {
    const { writer, reader } = channel<number>();
    await writer.write(1);
    writer.abort(new Error('no code'));
    expect(await reader.read()).toBe(1);
    await expect(reader.read()).rejects.toMatchObject({ remoteCode: null });
  });

  it('moves buffers instead of copying them', async () => {
    const { writer, reader } = channel<Float32Array>({ transfer: (item) => [(item as Float32Array).buffer] });
    const samples = Float32Array.of(1, 2, 3);
    await writer.write(samples);
    expect(samples.byteLength).toBe(0);
    expect([...((await reader.read()) as Float32Array)]).toEqual([1, 2, 3]);
  });

  it('encodes what cannot be cloned and decodes it on the other side', async () => {
    class Temperature {
      constructor(readonly celsius: number) {}
    }
    const { writer, reader } = channel<Temperature>({ encode: (item) => item.celsius }, { decode: (value) => new Temperature(value as number) });
    await writer.write(new Temperature(21));
    expect(await reader.read()).toEqual(new Temperature(21));
  });

  it('ends with the error of the decoder, and tells the writer', async () => {
    const { writer, reader } = channel<number>({}, {
      decode: () => {
        throw new RangeError('unreadable');
      },
    });
    await writer.write(1);
    await expect(reader.read()).rejects.toThrow('unreadable');
    await until(() => writer.closed);
  });

  it('refuses a capacity that is none', () => {
    const { port1 } = new MessageChannel();
    ports.push(port1);
    expect(() => portReader(port1, { capacity: 0 })).toThrow(/capacity/);
  });

  it('loses, repeats and reorders nothing within a lane, whatever the capacities and the pace of the reader', async () => {
    const plan = fc.record({ capacity: fc.integer({ min: 1, max: 8 }), items: fc.array(fc.boolean(), { maxLength: 40 }), pauses: fc.array(fc.boolean(), { maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(plan, async ({ capacity, items, pauses }) => {
        const { writer, reader } = channel<{ critical: boolean; n: number }>({ critical: (item) => item.critical }, { capacity, criticalCapacity: 1 });
        void (async () => {
          for (const [n, critical] of items.entries()) await writer.write({ critical, n });
          writer.close();
        })();
        const read: { critical: boolean; n: number }[] = [];
        for (let item = await reader.read(); item !== undefined; item = await reader.read()) {
          read.push(item);
          if (pauses[read.length] === true) await new Promise((resolve) => setTimeout(resolve));
        }
        for (const lane of [false, true]) {
          expect(read.filter((item) => item.critical === lane).map((item) => item.n)).toEqual(items.flatMap((critical, n) => (critical === lane ? [n] : [])));
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
