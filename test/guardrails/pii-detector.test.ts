import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { PIIDetector, SecretDetector } from '../../src/guardrails/pii-detector.js';
import { decryptRedactions } from '../../src/guardrails/pii-operator.js';
import { PIIVault } from '../../src/guardrails/vault.js';

const detector = new PIIDetector();
const found = (text: string): string[] => detector.check(text).violations.map(({ metadata, location }) => `${String(metadata['pii_type'])}:${text.slice(location?.[0], location?.[1])}`);

describe('what PIIDetector finds', () => {
  it.each([
    ['mail me at jane.doe+x@sub.example.co.uk.', 'email:jane.doe+x@sub.example.co.uk'],
    ['<mailto:a_b@x-y.org>', 'email:a_b@x-y.org'],
    ['user=jürgen@bücher.example', 'email:jürgen@bücher.example'],
    ['jane [at] example [dot] com', 'email:jane [at] example [dot] com'],
    ['jane dot doe at gmail dot com', 'email:jane dot doe at gmail dot com'],
    ['ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'email:ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ'],
    ['call (415) 555-0132 x22', 'phone:(415) 555-0132 x22'],
    ['+49 30 1234567 rings', 'phone:+49 30 1234567'],
    ['call 555-1234 now', 'phone:555-1234'],
    ['4155550132 is my cell', 'phone:4155550132'],
    ['my number is four one five five five five oh one three two', 'phone:four one five five five five oh one three two'],
    ['my cell is triple five one two three four five six seven', 'phone:triple five one two three four five six seven'],
    ['m a r y underscore jones at outlook dot com', 'email:m a r y underscore jones at outlook dot com'],
    ['SSN 123-45-6789', 'ssn:123-45-6789'],
    ['social security number 123456789', 'ssn:123456789'],
    ['ssn 1 2 3 4 5 6 7 8 9', 'ssn:1 2 3 4 5 6 7 8 9'],
    ['card 4111 1111 1111 1111 please', 'credit_card:4111 1111 1111 1111'],
    ['3782-822463-10005', 'credit_card:3782-822463-10005'],
    ['four one one one one one one one one one one one one one one one', 'credit_card:four one one one one one one one one one one one one one one one'],
    ['4\u200b111\u200b1111 1111‑1111', 'credit_card:4\u200b111\u200b1111 1111‑1111'],
    ['host 192.168.1.10:8080 is up', 'ip_address:192.168.1.10'],
    ['fe80::1ff:fe23:4567:890a%eth2 up', 'ip_address:fe80::1ff:fe23:4567:890a%eth2'],
    ['::1', 'ip_address:::1'],
    ['::ffff:192.0.2.1', 'ip_address:::ffff:192.0.2.1'],
    ['IBAN GB82 WEST 1234 5698 7654 32.', 'iban:GB82 WEST 1234 5698 7654 32'],
    ['mac 00:1A:2b:3C:4d:5E', 'mac_address:00:1A:2b:3C:4d:5E'],
    ['ITIN 912-70-1234', 'us_itin:912-70-1234'],
    ['NI number QQ 12 34 56 C or AB 12 34 56 C', 'uk_nino:AB 12 34 56 C'],
    ['NHS number 943 476 5919', 'uk_nhs:943 476 5919'],
    ['pay 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'crypto_wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['key AKIAIOSFODNN7EXAMPLE', 'secret:AKIAIOSFODNN7EXAMPLE'],
    ['password = "tr0ub4dor&3x"', 'secret:tr0ub4dor&3x'],
  ])('%j holds %s', (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    ['4111 1111 1111 1112', 'Luhn fails'],
    ['000-12-3456', 'no such area'],
    ['SSN 666-12-3456', 'no such area, whatever the words say'],
    ['order number 4155550132', 'an order'],
    ['tracking 9400 1000 0000', 'tracking'],
    ['999.999.999.999', 'no octets'],
    ['version 10.4.2.1', 'a version'],
    ['v1.2.3.4 and 1.2.3.4.5', 'a version and five numbers'],
    ['0.0.0.0 and ::', 'unspecified'],
    ['dead:: b::', 'a prefix'],
    ['std::vector', 'code'],
    ['10:30:15', 'a time'],
    ['born 1985-03-03', 'a date'],
    ['GB82WEST12345698765433', 'checksum fails'],
    ['00:00:00:00:00:00', 'no device'],
    ['sk-something is a prefix', 'a prefix alone'],
    ['the api key goes in the settings page', 'no value'],
    ['icon@2x.png', 'a file'],
    ['@someone said hi', 'a handle'],
    ['my favorite numbers are 4 8 15 16 23 42', 'a row of numbers'],
    ['turn to page five five five', 'a page'],
    ['meet me at noon dot the usual place', 'no domain'],
  ])('%j holds nothing: %s', (text) => expect(found(text)).toEqual([]));

  it('tells numbers that stand side by side apart', () => {
    expect(found('card 4111111111111111 415-555-0132 and ssn 123-45-6789')).toEqual(['credit_card:4111111111111111', 'phone:415-555-0132', 'ssn:123-45-6789']);
  });

  it('looks only for the kinds it is told', () => {
    expect(new PIIDetector({ detectTypes: new Set(['email']) }).check('a@b.com 415-555-0132').violations).toHaveLength(1);
    expect(new SecretDetector().check('a@b.com ghp_x2vVVVogWI9X2ucDYY1YALVgORvL5FEXwlmy').violations.map(({ metadata }) => metadata['pii_type'])).toEqual(['secret']);
  });

  it('never puts the value into a violation', () => {
    const text = 'jane@example.com 4111 1111 1111 1111 AKIAIOSFODNN7EXAMPLE';
    const wire = JSON.stringify(detector.check(text).violations);
    for (const value of ['jane', 'example.com', '4111', 'AKIA']) expect(wire).not.toContain(value);
  });

  it('allows one’s own values and denies listed ones', () => {
    const lists = new PIIDetector({ allow: ['+1 (415) 555-0132'], deny: ['Project Bluebird'] });
    expect(lists.check('call +14155550132').violations).toEqual([]);
    expect(lists.check('about project bluebird').violations[0]?.metadata['pii_type']).toBe('denied');
    expect(lists.check('projects bluebirds').violations).toEqual([]);
  });
});

describe('how PIIDetector redacts', () => {
  const text = 'jane@example.com, again jane@example.com, 415-555-0132';

  it.each([
    ['shape', 'jane@***.com, again jane@***.com, ***-***-****'],
    ['full', '****************, again ****************, ************'],
    ['placeholder', '[EMAIL_1], again [EMAIL_1], [PHONE_1]'],
    ['remove', ', again , '],
  ] as const)('mode %s', (mode, expected) => expect(new PIIDetector({ redact: true, mode }).check(text).transformedContent).toBe(expected));

  it('by one’s own function', () => {
    expect(new PIIDetector({ redact: true, mode: (_value, kind) => `<${kind}>` }).check(text).transformedContent).toBe('<email>, again <email>, <phone>');
  });

  it('does not change a text without findings, and says null where it does not redact', () => {
    expect(new PIIDetector({ redact: true }).check('hello').transformedContent).toBe('hello');
    expect(new PIIDetector().check(text).transformedContent).toBeNull();
  });

  it('takes marks of several characters without leaving anything', () => {
    expect(new PIIDetector({ redact: true, mode: 'full', redactionChar: '[x]' }).check('a@b.com and c@d.com').transformedContent).not.toMatch(/[acd]@|\.com/);
  });

  it('masks any long number where it is told to be safe', () => {
    expect(new PIIDetector({ redact: true }).check('card 4111 1111 1111 1112').transformedContent).toContain('1112');
    expect(new PIIDetector({ redact: 'safe' }).check('card 4111 1111 1111 1112').transformedContent).toBe('card **** **** **** ****');
  });

  it('hashes with a key, the same value to the same hash, and only asynchronously', async () => {
    const hashing = new PIIDetector({ redact: true, mode: 'hash', key: new Uint8Array(32).fill(7) });
    expect(() => hashing.check(text)).toThrow(expect.objectContaining({ code: 'ASYNC_OPERATOR' }));
    const out = (await hashing.checkAsync(text)).transformedContent ?? '';
    const hashes = out.match(/\[EMAIL:[0-9a-f]{32}\]/g) ?? [];
    expect(hashes).toHaveLength(2);
    expect(hashes[0]).toBe(hashes[1]);
    expect((await new PIIDetector({ redact: true, mode: 'hash', key: new Uint8Array(32).fill(8) }).checkAsync(text)).transformedContent).not.toContain(hashes[0]);
  });

  it('encrypts so that the holder of the key can open it again', async () => {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const sealed = (await new PIIDetector({ redact: true, mode: 'encrypt', key }).checkAsync(text)).transformedContent ?? '';
    expect(sealed).not.toContain('jane');
    expect(await decryptRedactions(sealed, key)).toBe(text);
    expect(await decryptRedactions(sealed, crypto.getRandomValues(new Uint8Array(32)))).toBe(sealed);
  });

  it('maps places of the redacted text back', async () => {
    const redacted = await new PIIDetector({ mode: 'placeholder' }).redact('to jane@example.com now');
    expect(redacted.text).toBe('to [EMAIL_1] now');
    expect(redacted.toOriginal(3, 12)).toEqual([3, 19]);
    expect(redacted.toOriginal(13, 16)).toEqual([20, 23]);
    expect(redacted.toOriginal(0, 2)).toEqual([0, 2]);
  });

  it.each([
    ['an empty set of kinds', { detectTypes: [] }],
    ['an unknown kind', { detectTypes: ['passport'] }],
    ['an empty mark', { redactionChar: '' }],
    ['an unknown mode', { mode: 'scramble' }],
    ['a missing key', { mode: 'encrypt' }],
    ['a short key', { mode: 'encrypt', key: new Uint8Array(5) }],
    ['an unknown option', { redactChar: '#' }],
    ['a list with an empty value', { allow: [''] }],
    ['a redact that is neither', { redact: 'yes' }],
  ])('refuses %s', (_what, options) => expect(() => new PIIDetector(options as never)).toThrow(InvalidOptionError));

  it('refuses what is no text', () => expect(() => detector.check(null as never)).toThrow(InvalidOptionError));
});

describe('PIIVault', () => {
  it('gives back what it took, and leaves placeholders it does not know', () => {
    const vault = new PIIVault();
    const redacted = new PIIDetector({ redact: true, mode: 'placeholder', vault }).check('I am jane@example.com').transformedContent ?? '';
    expect(vault.restore(`Hello ${redacted}, or [EMAIL_9]`)).toBe('Hello I am jane@example.com, or [EMAIL_9]');
    vault.clear();
    expect(vault.size).toBe(0);
    expect(vault.restore('[EMAIL_1]')).toBe('[EMAIL_1]');
  });

  it('restores placeholders that are cut anywhere', () => {
    const vault = new PIIVault();
    vault.placeholder('email', 'jane@example.com');
    const text = 'Mail [EMAIL_1] or [not one] or [EMAIL_1';
    for (let cut = 0; cut <= text.length; cut++) {
      const stream = vault.stream();
      expect(stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.flush()).toBe('Mail jane@example.com or [not one] or [EMAIL_1');
    }
  });
});
