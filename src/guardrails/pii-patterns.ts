/**
 * The patterns of personal information, as sources. They are compiled into `built-in.generated.ts` by
 * `npm run generate`; what runs reads that file, not this one. A match is where a finder begins to look.
 */
import { TOKEN_SHAPES } from './secret-rules.js';

const TOKEN = `(?:${TOKEN_SHAPES.map(([prefix]) => prefix).join('|')})`;

// A telling name with the sign that assigns to it.
const ASSIGNMENT = '(?:api[_ \\-]?key|secret(?:[_ \\-]?(?:key|token))?|access[_ \\-]?(?:key|token)|auth[_ \\-]?token|client[_ \\-]?secret|private[_ \\-]?key|passw(?:or)?d|pwd|token|credential|bearer)["\']?\\s{0,3}(?::=|=>|[:=]|is\\b)';

/** Id, pattern and flags of every rule, in the order of `PII_RULES`. */
export const PII_PATTERNS: readonly (readonly [id: string, pattern: string, flags: string])[] = [
  ['pii.email', '@', ''],
  ['pii.number', '\\d(?:[ .\\-/()\\n]{0,3}\\d){3,}', ''],
  ['pii.iban', '[A-Z]{2}\\d{2}[ \\-]?[A-Z0-9]{2}', 'i'],
  ['pii.mac', '[0-9a-f]{2}(?::[0-9a-f]{2}:|-[0-9a-f]{2}-)|[0-9a-f]{4}\\.[0-9a-f]{4}\\.', 'i'],
  ['pii.ipv6', '[0-9a-f]{0,4}:[0-9a-f]{0,4}:', 'i'],
  ['pii.nino', '[A-CEGHJ-PR-TW-Z]{2} ?\\d{2}[ \\-]?\\d{2}', 'i'],
  ['pii.wallet', '(?:bc|tb|BC|TB)1[02-9A-HJ-NP-Za-hj-np-z]{4}|\\b[13][1-9A-HJ-NP-Za-km-z]{7}|0x[0-9a-fA-F]{4}', ''],
  ['secret.token', TOKEN, ''],
  ['secret.assignment', ASSIGNMENT, 'i'],
  ['secret.url', '[a-z][a-z0-9+.\\-]{1,20}://[^\\s:/@]{1,64}:[^\\s:/@]{3,128}@', 'i'],
];
