/**
 * Opus packets as an Ogg file (RFC 3533, RFC 7845). Ogg and not WebM, because its pages carry positions in samples:
 * the length is exact to the sample, nothing has to be patched at the end, and a file that breaks off is readable up to
 * its last page.
 */
import { requireNumber } from '../base/option.js';

// Positions in Ogg Opus count samples at 48 kHz, whatever went in.
const GRANULE_RATE = 48_000;
// A page of a second is found again quickly and wastes under 0.1 %.
const PAGE_SAMPLES = GRANULE_RATE;
const MAX_SEGMENTS = 255;

/** How an {@link OggOpusMuxer} is made. */
export interface OggOpusOptions {
  readonly channels: number;
  /** Rate of what went into the encoder, for information. */
  readonly sampleRate: number;
  /** Samples at 48 kHz that the decoder drops at the beginning. @default 312, the look-ahead of libopus */
  readonly preSkip?: number;
  /** Number of the stream within a file. @default 1 */
  readonly serial?: number;
}

/** Puts packets into pages. */
export class OggOpusMuxer {
  readonly #serial: number;
  readonly #preSkip: number;
  readonly #channels: number;
  readonly #sampleRate: number;
  #packets: Uint8Array[] = [];
  #segments = 0;
  #pageSamples = 0;
  #granule = 0;
  #sequence = 0;

  constructor(options: OggOpusOptions) {
    this.#channels = requireNumber('OggOpusMuxer.channels', options.channels, { min: 1, max: 2, integer: true });
    this.#sampleRate = requireNumber('OggOpusMuxer.sampleRate', options.sampleRate, { min: 1, max: 0xffffffff, integer: true });
    this.#preSkip = requireNumber('OggOpusMuxer.preSkip', options.preSkip ?? 312, { min: 0, max: 65535, integer: true });
    this.#serial = requireNumber('OggOpusMuxer.serial', options.serial ?? 1, { min: 0, max: 0xffffffff, integer: true });
  }

  /** The pages before the first packet. */
  header(): Uint8Array {
    const head = new Uint8Array(19);
    const view = new DataView(head.buffer);
    put(head, 0, 'OpusHead');
    head[8] = 1;
    head[9] = this.#channels;
    view.setUint16(10, this.#preSkip, true);
    view.setUint32(12, this.#sampleRate, true);
    const vendor = 'sluice';
    const tags = new Uint8Array(8 + 4 + vendor.length + 4);
    put(tags, 0, 'OpusTags');
    new DataView(tags.buffer).setUint32(8, vendor.length, true);
    put(tags, 12, vendor);
    return joined([this.#page([head], 0n, 2), this.#page([tags], 0n, 0)]);
  }

  /** Takes a packet of `samples` samples at 48 kHz; gives a page when one is full, else nothing. */
  push(packet: Uint8Array, samples: number): Uint8Array {
    const segments = Math.floor(packet.length / 255) + 1;
    const full = this.#segments + segments > MAX_SEGMENTS ? this.#flush(0) : new Uint8Array(0);
    this.#packets.push(packet);
    this.#segments += segments;
    this.#pageSamples += samples;
    this.#granule += samples;
    return this.#pageSamples >= PAGE_SAMPLES ? joined([full, this.#flush(0)]) : full;
  }

  /** The last page; `samples` at 48 kHz went in altogether, so that the padding of the last packet is not heard. */
  finish(samples: number): Uint8Array {
    this.#granule = Math.min(this.#granule, this.#preSkip + samples);
    return this.#flush(4);
  }

  #flush(flags: number): Uint8Array {
    if (this.#packets.length === 0 && flags === 0) return new Uint8Array(0);
    const page = this.#page(this.#packets, BigInt(Math.round(this.#granule)), flags);
    this.#packets = [];
    this.#segments = 0;
    this.#pageSamples = 0;
    return page;
  }

  #page(packets: readonly Uint8Array[], granule: bigint, flags: number): Uint8Array {
    // Each packet ends with a lacing value below 255 (RFC 3533 §5).
    const lacing = packets.flatMap(({ length }) => [...new Array<number>(Math.floor(length / 255)).fill(255), length % 255]);
    const size = packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(27 + lacing.length + size);
    const view = new DataView(page.buffer);
    put(page, 0, 'OggS');
    page[5] = flags;
    view.setBigUint64(6, granule, true);
    view.setUint32(14, this.#serial, true);
    view.setUint32(18, this.#sequence++, true);
    page[26] = lacing.length;
    page.set(lacing, 27);
    let at = 27 + lacing.length;
    for (const packet of packets) {
      page.set(packet, at);
      at += packet.length;
    }
    view.setUint32(22, oggChecksum(page), true);
    return page;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x80000000) === 0 ? value << 1 : (value << 1) ^ 0x04c11db7;
  return value >>> 0;
});

/** The checksum of a page whose checksum field is 0: CRC-32 with polynomial 0x04c11db7, not reflected, from 0 (RFC 3533 §6). */
export function oggChecksum(page: Uint8Array): number {
  let sum = 0;
  for (const byte of page) sum = ((sum << 8) ^ (TABLE[((sum >>> 24) ^ byte) & 0xff] as number)) >>> 0; // the table has 256
  return sum;
}

function put(bytes: Uint8Array, at: number, text: string): void {
  for (let n = 0; n < text.length; n++) bytes[at + n] = text.charCodeAt(n);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
