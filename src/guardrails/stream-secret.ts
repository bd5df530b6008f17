/**
 * Secrets in a stream: a key file or a long token may go on for thousands of characters. Instead of
 * holding it back, the guard swallows it from its prefix on, and keeps nothing of it.
 */
import type { Finding } from './finding.js';
import { ViolationType } from './violation.js';

/** How a secret goes on. */
export type SecretForm = 'token' | 'pem';

const PEM_HEADER = /-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END [A-Z ]{0,40}-----/;
const PEM_BODY = /[A-Za-z0-9+/=\s:,-]/;
const PEM_LONGEST = 8000;
const TOKEN_PREFIX = /(?<![A-Za-z0-9_])(?:eyJ[A-Za-z0-9_-]{10,}\.eyJ|(?:sk|rk|pk)[-_][A-Za-z0-9_-]{20}|github_pat_|ya29\.|xox[abeoprs]-|pypi-|glpat-|EAA|ATATT3|fm[12]_|hv[sb]\.|gl(?:c|sa)_)[A-Za-z0-9_\-.=+/~]*$/;
const TOKEN = /[A-Za-z0-9_\-.=+/~]/;
// A token this long that has not ended is swallowed rather than held.
const LONG_TOKEN = 192;

/** Where in `text` a secret begins that has not ended with it; looked for behind `from`. */
export function openSecret(text: string, from: number): { readonly start: number; readonly form: SecretForm } | undefined {
  PEM_HEADER.lastIndex = from;
  for (let match = PEM_HEADER.exec(text); match !== null; match = PEM_HEADER.exec(text)) {
    const body = match.index + match[0].length;
    if (secretEnd(text, body, 'pem') === undefined) return { start: match.index, form: 'pem' };
  }
  const tail = Math.max(from, text.length - 512);
  const token = TOKEN_PREFIX.exec(text.slice(tail));
  return token !== null && token[0].length >= LONG_TOKEN ? { start: tail + token.index, form: 'token' } : undefined;
}

/** Where the secret that `text` continues from `from` on ends; undefined when it goes on. */
export function secretEnd(text: string, from: number, form: SecretForm): number | undefined {
  if (form === 'token') {
    for (let at = from; at < text.length; at++) if (!TOKEN.test(text.charAt(at))) return at;
    return undefined;
  }
  const end = PEM_END.exec(text.slice(from, from + PEM_LONGEST));
  if (end !== null) return from + end.index + end[0].length;
  if (text.length - from >= PEM_LONGEST) return from + PEM_LONGEST;
  for (let at = from; at < text.length; at++) if (!PEM_BODY.test(text.charAt(at))) return at;
  return undefined;
}

/** A swallowed secret as a finding. */
export function secretFinding(start: number, end: number, form: SecretForm): Finding {
  return { rule: form === 'pem' ? 'secret.pem' : 'secret.token', type: ViolationType.PII_DETECTED, label: 'secret', start, end, severity: 0.8, score: 0.95, via: 'base', message: 'Secret detected', metadata: { pii_type: 'secret' } };
}
