import { describe, expect, it } from 'vitest';
import { GuardrailConfig } from '../../src/guardrails/config.js';
import { GuardrailResult } from '../../src/guardrails/result.js';
import { PolicyViolation, ViolationType } from '../../src/guardrails/violation.js';
import { InvalidOptionError } from '../../src/base/option.js';

describe('PolicyViolation', () => {
  it('has the eight types of the seeds with their wire values', () => {
    expect(Object.values(ViolationType)).toEqual(['pii_detected', 'profanity', 'toxicity', 'content_too_long', 'rate_limited', 'blocked_topic', 'injection_attempt', 'custom']);
  });

  it('is frozen and has the default severity 0.5', () => {
    const violation = new PolicyViolation({ type: 'custom', message: 'x' });
    expect(violation.severity).toBe(0.5);
    expect(violation.location).toBeNull();
    expect(Object.isFrozen(violation)).toBe(true);
    expect(Object.isFrozen(violation.metadata)).toBe(true);
  });

  it('survives the wire, result and all', () => {
    const result = new GuardrailResult({ passed: false, violations: [new PolicyViolation({ type: 'profanity', message: 'm', severity: 0.3, metadata: { a: 1 }, location: [1, 4] })], transformedContent: 'x', metadata: { k: 'v' } });
    expect(GuardrailResult.fromDict(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(GuardrailResult.fromDict({ passed: true, violations: [], transformedContent: 'camel' }).transformedContent).toBe('camel');
  });

  it.each([
    ['an unknown type', { type: 'nope', message: 'x' }],
    ['a severity above 1', { type: 'custom', message: 'x', severity: 1.5 }],
    ['a severity that is no number', { type: 'custom', message: 'x', severity: NaN }],
    ['a location that ends before it begins', { type: 'custom', message: 'x', location: [4, 2] }],
    ['a negative location', { type: 'custom', message: 'x', location: [-1, 2] }],
    ['a message that is no string', { type: 'custom', message: 1 }],
    ['an unknown option', { type: 'custom', message: 'x', word: 'secret' }],
    ['nothing', null],
  ])('refuses %s', (_what, init) => {
    expect(() => new PolicyViolation(init as never)).toThrow(InvalidOptionError);

  });

  it('refuses configurations that cannot be meant', () => {
    expect(() => new GuardrailConfig({ violationThreshold: -1 })).toThrow(InvalidOptionError);
    expect(() => new GuardrailConfig({ failOnViolations: true } as never)).toThrow(/no such option/);
    expect(() => new GuardrailConfig({ onRedacted: 'maybe' } as never)).toThrow(InvalidOptionError);
    expect(() => new GuardrailResult({ passed: 'yes' } as never)).toThrow(InvalidOptionError);
    expect(() => new GuardrailResult({ passed: true, violations: [{}] } as never)).toThrow(InvalidOptionError);
  });
});
