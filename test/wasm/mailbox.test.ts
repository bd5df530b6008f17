import { describe, expect, it } from 'vitest';
import { Mailbox } from '../../src/wasm/mailbox.js';

describe('a mailbox', () => {
  it('shows one memory as bytes, halves, words and floats', () => {
    const mailbox = new Mailbox(new WebAssembly.Memory({ initial: 1 }));
    mailbox.words[1] = 0x3f800000;
    expect([...mailbox.bytes.subarray(4, 8)]).toEqual([0, 0, 0x80, 0x3f]);
    expect(mailbox.halves[3]).toBe(0x3f80);
    expect(mailbox.floats[1]).toBe(1);
  });

  it('keeps its views while the memory stays, and makes new ones when it has grown', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const mailbox = new Mailbox(memory);
    const before = mailbox.bytes;
    expect(mailbox.bytes).toBe(before);
    before[5] = 9;
    memory.grow(1);
    expect(before.length).toBe(0);
    expect(mailbox.bytes.length).toBe(2 * 65536);
    expect(mailbox.bytes[5]).toBe(9);
    expect(mailbox.words.length).toBe(32768);
  });
});
