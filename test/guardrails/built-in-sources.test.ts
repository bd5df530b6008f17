/** The compiled patterns of the built-in checks against their sources. */
import { describe, expect, it } from 'vitest';
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { BUILT_IN_SOURCES, packBuiltIn } from '../../src/guardrails/built-in-sources.js';
import { CONTENT_PACKED, INJECTION_PACKED, PII_PACKED } from '../../src/guardrails/built-in.generated.js';
import { CONTENT_PATTERNS } from '../../src/guardrails/content-patterns.js';
import { INJECTION_PATTERNS } from '../../src/guardrails/injection-patterns.js';
import { INJECTION_RULES } from '../../src/guardrails/injection-rules.js';
import { PII_PATTERNS } from '../../src/guardrails/pii-patterns.js';
import { PII_RULES } from '../../src/guardrails/pii-rules.js';

describe('the built-in patterns', () => {
  it.each([['pii', PII_PACKED], ['content', CONTENT_PACKED], ['injection', INJECTION_PACKED]] as const)('of %s are what their sources compile to (else run `npm run generate`)', (check, packed) => {
    expect(packBuiltIn(BUILT_IN_SOURCES[check]) === packed).toBe(true);
  });

  it('stand in the order of the rules', () => {
    expect(PII_PATTERNS.map(([id]) => id)).toEqual(PII_RULES.map(({ rule }) => rule.id));
    expect(CONTENT_PATTERNS.map(([id]) => id)).toEqual(new ContentFilter().rules.map(({ id }) => id));
    expect(INJECTION_PATTERNS.map(([family]) => family)).toEqual(INJECTION_RULES.map(({ family }) => family));
  });
});
