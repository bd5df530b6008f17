import { describe, expect, it } from 'vitest';
import { maskText } from '../../src/guardrails/mask.js';
import { redact } from '../../src/guardrails/redaction.js';

describe('a redacted text', () => {
  const text = 'call 415-555-0132 or mail jane@example.com now';
  const phone = { start: 5, end: 17, text: '[PHONE_1]' };
  const mail = { start: 26, end: 42, text: '' };
  const redacted = redact(text, [phone, mail]);

  it('has the replacements in place of the spans', () => {
    expect(redacted.text).toBe('call [PHONE_1] or mail  now');
    expect(redacted.replacements).toEqual([phone, mail]);
    expect(redact(text, []).text).toBe(text);
  });

  it('leads back from every place of the new text to the old one', () => {
    for (const word of ['call', 'or', 'mail', 'now']) {
      const at = redacted.text.indexOf(word);
      const [start, end] = redacted.toOriginal(at, at + word.length);
      expect(text.slice(start, end), word).toBe(word);
    }
  });

  it('takes a replacement in whole where a span touches it', () => {
    const at = redacted.text.indexOf('PHONE');
    expect(redacted.toOriginal(at, at + 5)).toEqual([phone.start, phone.end]);
    expect(redacted.toOriginal(0, at + 1)).toEqual([0, phone.end]);
  });

  it('leads back monotonously, whatever replaces what', () => {
    const spans = [{ start: 0, end: 2, text: 'longer than before' }, { start: 2, end: 3, text: '' }, { start: 5, end: 9, text: 'x' }, { start: 9, end: 10, text: 'yy' }];
    const { text: written, toOriginal } = redact('0123456789ab', spans);
    let last = 0;
    for (let at = 0; at < written.length; at++) {
      const [start, end] = toOriginal(at, at + 1);
      expect(start).toBeGreaterThanOrEqual(last);
      expect(end).toBeGreaterThan(start);
      last = start;
    }
  });
});

describe('a mask', () => {
  it.each([
    ['415-555-0132', 'shape', '***-***-****'],
    ['(415) 555-0132', 'shape', '(***) ***-****'],
    ['GB29 NWBK 6016', 'shape', '**** **** ****'],
    ['four one one one', 'shape', '****************'],
    ['me@test.com', 'email', 'me@***.com'],
    ['me@mail.test.co.uk', 'email', 'me@***.uk'],
    ['me at test dot com', 'email', '******************'],
    ['@test.com', 'email', '*********'],
    ['sk-😀abc', 'full', '*******'],
    ['', 'full', ''],
  ] as const)('of %j by %s is %j', (text, style, masked) => expect(maskText(text, style, '*')).toBe(masked));

  it('may be of several characters, and leaves nothing of the text', () => {
    expect(maskText('1-2', 'shape', '<x>')).toBe('<x>-<x>');
    expect(maskText('ab', 'full', '$&')).toBe('$&$&');
  });
});
