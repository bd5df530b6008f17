import { describe, expect, it } from 'vitest';
import { oggChecksum, OggOpusMuxer } from '../../src/audio/ogg-opus.js';

interface Page {
  readonly flags: number;
  readonly granule: number;
  readonly sequence: number;
  readonly packets: readonly Uint8Array[];
}

/** Reads pages by the standard, and checks their checksums. */
function pagesOf(file: Uint8Array): readonly Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < file.length; ) {
    const view = new DataView(file.buffer, file.byteOffset + at);
    expect(String.fromCharCode(...file.slice(at, at + 4))).toBe('OggS');
    const count = view.getUint8(26);
    const lacing = [...file.slice(at + 27, at + 27 + count)];
    let body = at + 27 + count;
    const packets: Uint8Array[] = [];
    let packet: number[] = [];
    for (const size of lacing) {
      packet.push(...file.slice(body, body + size));
      body += size;
      if (size === 255) continue;
      packets.push(Uint8Array.from(packet));
      packet = [];
    }
    const page = file.slice(at, body);
    const sum = new DataView(page.buffer).getUint32(22, true);
    new DataView(page.buffer).setUint32(22, 0, true);
    expect(oggChecksum(page)).toBe(sum);
    pages.push({ flags: view.getUint8(5), granule: Number(view.getBigUint64(6, true)), sequence: view.getUint32(18, true), packets });
    at = body;
  }
  return pages;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('OggOpusMuxer', () => {
  it('writes two header pages, pages of a second, and an exact end', () => {
    const muxer = new OggOpusMuxer({ channels: 2, sampleRate: 24000, preSkip: 312, serial: 7 });
    const parts = [muxer.header()];
    const packets = Array.from({ length: 60 }, (_, n) => new Uint8Array([n, 1, 2]));
    for (const packet of packets) parts.push(muxer.push(packet, 960));
    parts.push(muxer.finish(57_000));
    const pages = pagesOf(joined(parts));
    expect(pages.map(({ flags, granule, sequence }) => [flags, granule, sequence])).toEqual([[2, 0, 0], [0, 0, 1], [0, 48_000, 2], [4, 57_312, 3]]);
    expect(pages.slice(2).flatMap((page) => page.packets)).toEqual(packets);
    const head = pages[0]?.packets[0] ?? new Uint8Array();
    expect([String.fromCharCode(...head.slice(0, 8)), head[8], head[9], new DataView(head.buffer).getUint16(10, true), new DataView(head.buffer).getUint32(12, true)]).toEqual(['OpusHead', 1, 2, 312, 24000]);
    expect(String.fromCharCode(...(pages[1]?.packets[0] ?? []).slice(0, 8))).toBe('OpusTags');
  });

  it.each([0, 1, 254, 255, 256, 509, 510, 1275])('keeps packets of %i bytes whole', (size) => {
    const muxer = new OggOpusMuxer({ channels: 1, sampleRate: 48000 });
    const packets = Array.from({ length: 3 }, (_, n) => new Uint8Array(size).fill(n + 1));
    const file = joined([...packets.map((packet) => muxer.push(packet, 960)), muxer.finish(2880)]);
    expect(pagesOf(file).flatMap((page) => page.packets)).toEqual(packets);
  });

  it('begins a new page where the next packet does not fit', () => {
    const muxer = new OggOpusMuxer({ channels: 1, sampleRate: 48000 });
    const file = joined([...Array.from({ length: 49 }, () => muxer.push(new Uint8Array(1500), 120)), muxer.finish(10_000)]);
    const pages = pagesOf(file);
    expect(pages.map((page) => page.packets.length)).toEqual([42, 7]);
    expect(pages[0]?.granule).toBe(42 * 120);
  });
});
