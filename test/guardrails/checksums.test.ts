import { describe, expect, it } from 'vitest';
import { isBase58Address, isBech32Address, isCardNumber, isIban, isNhsNumber, isSocialSecurityNumber, isTaxpayerNumber, luhn } from '../../src/guardrails/checksums.js';
import { sha256 } from '../../src/guardrails/sha256.js';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

describe('checksums', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
  ])('sha256 of %j is the published one', (text, digest) => expect(hex(sha256(new TextEncoder().encode(text)))).toBe(digest));

  it('agrees with WebCrypto about the length of every block', async () => {
    for (const length of [55, 56, 63, 64, 65, 119, 120, 200]) {
      const bytes = new Uint8Array(length).map((_, n) => n * 7);
      expect(hex(sha256(bytes))).toBe(hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
    }
  });

  const table: readonly (readonly [name: string, check: (text: string) => boolean, good: readonly string[], bad: readonly string[]])[] = [
    ['luhn', luhn, ['79927398713', '0'], ['79927398710', '']],
    ['isCardNumber', isCardNumber, ['4111111111111111', '378282246310005', '5555555555554444', '6011111111111117', '3530111333300000', '30569309025904', '4222222222222', '2221000000000009'], ['4111111111111112', '4444444444444444', '1234567812345670', '49927398716', '0000000000000000']],
    ['isIban', isIban, ['GB82WEST12345698765432', 'DE89370400440532013000', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S'], ['GB82WEST12345698765433', 'DE8937040044053201300', 'XX89370400440532013000']],
    ['isNhsNumber', isNhsNumber, ['9434765919', '4010232137'], ['9434765918', '1111111111', '943476591']],
    ['isSocialSecurityNumber', isSocialSecurityNumber, ['856453333', '001010001', '123456789'], ['000123456', '666123456', '912345678', '123004567', '123450000', '078051120']],
    ['isTaxpayerNumber', isTaxpayerNumber, ['912701234', '999881234', '900921234'], ['912691234', '912931234', '812701234', '912891234']],
    ['isBase58Address', isBase58Address, ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'], ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', '0', '']],
    ['isBech32Address', isBech32Address, ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'], ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'xx1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4']],
  ];
  for (const [name, check, good, bad] of table) {
    it.each(good.map((value) => [value]))(`${name} accepts %s`, (value) => expect(check(value)).toBe(true));
    it.each(bad.map((value) => [value]))(`${name} refuses %j`, (value) => expect(check(value)).toBe(false));
  }
});
