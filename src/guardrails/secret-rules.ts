/**
 * Secrets: tokens whose prefix and shape their issuers publish, and values that are assigned to names
 * such as `api_key`. The span is the token alone.
 */
import type { PiiCandidate } from './pii-candidate.js';
import type { Hit } from './reading.js';

/** Shapes of tokens: a prefix that the automaton looks for, and what follows it. */
export const TOKEN_SHAPES: readonly (readonly [prefix: string, rest: string])[] = [
  ['A(?:KIA|SIA|BIA|CCA)', '[A-Z2-7]{16}'], // AWS
  ['gh[pousr]_', '[A-Za-z0-9]{36,251}'], // GitHub
  ['github_pat_', '[A-Za-z0-9_]{60,250}'],
  ['sk-', '(?:ant-|proj-|svcacct-|admin-|or-)?[A-Za-z0-9_-]{20,200}'], // OpenAI, Anthropic and others
  ['xox[abeoprs]-', '(?:[A-Za-z0-9]{1,64}-){0,4}[A-Za-z0-9]{8,128}'], // Slack
  ['xapp-', '\\d-[A-Z0-9]{8,16}-\\d{8,16}-[a-f0-9]{32,128}'],
  ['[srp]k_(?:live|test|prod)_', '[A-Za-z0-9]{10,200}'], // Stripe
  ['whsec_', '[A-Za-z0-9+/=]{24,120}'],
  ['AIza', '[A-Za-z0-9_-]{35}'], // Google
  ['ya29\\.', '[A-Za-z0-9_-]{20,250}'],
  ['GOCSPX-', '[A-Za-z0-9_-]{28}'],
  ['npm_', '[A-Za-z0-9]{36}'],
  ['pypi-', '[A-Za-z0-9_-]{50,250}'],
  ['gl(?:pat|dt|rt|ptt|ft|agent|soat|imt|cbt)-', '[A-Za-z0-9_-]{20,128}'], // GitLab
  ['SG\\.', '[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}'], // SendGrid
  ['do[opr]_v1_', '[a-f0-9]{64}'], // DigitalOcean
  ['hf_', '[A-Za-z0-9]{30,60}'], // Hugging Face
  ['api_org_', '[A-Za-z0-9]{30,60}'],
  ['shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}'], // Shopify
  ['(?:AC|SK)[a-f0-9]{4}', '[a-f0-9]{28}'], // Twilio
  ['key-[a-f0-9]{4}', '[a-f0-9]{28}'], // Mailgun
  ['dapi[a-f0-9]{4}', '[a-f0-9]{28}'], // Databricks
  ['lin_api_', '[A-Za-z0-9]{40}'], // Linear
  ['ntn_', '[A-Za-z0-9]{40,60}'], // Notion
  ['secret_', '[A-Za-z0-9]{40,60}'],
  ['PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'], // Postman
  ['NRAK-', '[A-Z0-9]{27}'], // New Relic
  ['dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[A-Za-z0-9]{40,64}'], // Doppler
  ['dt0c01\\.', '[A-Z0-9]{24}\\.[A-Z0-9]{64}'], // Dynatrace
  ['gl(?:c|sa)_', '[A-Za-z0-9+/=_]{32,250}'], // Grafana
  ['pscale_(?:pw|tkn|oauth)_', '[A-Za-z0-9_.=-]{32,64}'], // PlanetScale
  ['pul-[a-f0-9]{4}', '[a-f0-9]{36}'], // Pulumi
  ['rubygems_', '[a-f0-9]{48}'],
  ['hv[sb]\\.', '[A-Za-z0-9_-]{24,250}'], // Vault
  ['sq0(?:atp|csp|idp)-', '[A-Za-z0-9_-]{22,43}'], // Square
  ['EAA', '[A-Za-z0-9_-]{60,250}'], // Square, Facebook
  ['AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  ['gsk_', '[A-Za-z0-9]{40,60}'], // Groq
  ['r8_', '[A-Za-z0-9]{37}'], // Replicate
  ['pplx-', '[A-Za-z0-9]{40,60}'], // Perplexity
  ['xai-', '[A-Za-z0-9]{60,90}'],
  ['fm[12]_', '[A-Za-z0-9+/=_-]{60,250}'], // Fly
  ['sbp_', '[a-f0-9]{40}'], // Supabase
  ['vc[prak]_', '[A-Za-z0-9]{24,60}'], // Vercel
  ['dckr_(?:pat|oat)_', '[A-Za-z0-9_-]{27,40}'], // Docker
  ['ATATT3', '[A-Za-z0-9_=-]{60,250}'], // Atlassian
  ['figd_', '[A-Za-z0-9_-]{38,44}'], // Figma
  ['eyJ[A-Za-z0-9_\\-]', '[A-Za-z0-9_-]{10,250}\\.eyJ[A-Za-z0-9_-]{4,2000}\\.[A-Za-z0-9_-]{4,700}'], // JSON Web Token
  ['AccountKey=', '[A-Za-z0-9+/]{86}=='], // Azure
  [':AA[A-Za-z0-9_\\-]{4}', '[A-Za-z0-9_-]{29}'], // Telegram; its digits stand before
  ['-----BEGIN ', '(?:[A-Z]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----'],
];

const TOKEN_CHARACTER = /[A-Za-z0-9_]/;
const LONGEST = 3200;
let shapes: ReadonlyMap<string, readonly RegExp[]> | undefined;

/** The shapes by the characters that their prefixes may begin with. */
function shapesByFirst(): ReadonlyMap<string, readonly RegExp[]> {
  const map = new Map<string, RegExp[]>();
  for (const [prefix, rest] of TOKEN_SHAPES) {
    const shape = new RegExp(`${prefix}${rest}`, 'y');
    const set = /^\[(\w+)\]/.exec(prefix)?.[1];
    const first = set ?? (prefix.startsWith('(?:') ? prefix.slice(3, prefix.indexOf(')')).split('|').map((one) => one.charAt(0)).join('') : prefix.charAt(0));
    for (const character of new Set(first)) map.set(character, [...(map.get(character) ?? []), shape]);
  }
  return map;
}

/** A token of a published shape; a prefix alone is none. */
export function findToken({ view: { text }, start }: Hit): readonly PiiCandidate[] {
  shapes ??= shapesByFirst();
  const telegram = text.charAt(start) === ':';
  const begin = telegram ? start - (/\d{8,10}$/.exec(text.slice(Math.max(0, start - 10), start))?.[0].length ?? 0) : start;
  if ((telegram && begin === start) || TOKEN_CHARACTER.test(text.charAt(begin - 1))) return [];
  const near = text.slice(start, start + LONGEST);
  for (const shape of shapes.get(text.charAt(start)) ?? []) {
    shape.lastIndex = 0;
    const found = shape.exec(near)?.[0];
    if (found === undefined) continue;
    const end = start + found.length;
    if (found.startsWith('-----BEGIN')) return [{ type: 'secret', start, end: pemEnd(text, end), score: 1, validated: true, rule: 'secret.pem' }];
    if (TOKEN_CHARACTER.test(text.charAt(end)) || (found.startsWith('sk-') && !/\d/.test(found)) || !hasDistinct(found, 8) || /(.)\1{7}/.test(found)) continue;
    if (found.startsWith('eyJ') && !isJwtHeader(found)) continue;
    const from = found.startsWith('AccountKey=') ? start + 11 : begin;
    return [{ type: 'secret', start: from, end, score: 0.95, validated: true, rule: 'secret.token' }];
  }
  return [];
}

/** A value assigned to a telling name, when it is random enough to be no word. */
export function findAssignment({ view: { text }, start, end }: Hit): readonly PiiCandidate[] {
  const match = /^(\s{0,3}["'`]?)([A-Za-z0-9+/=_.~!@#$%^&*-]{8,128})/.exec(text.slice(end, end + 140));
  const value = match?.[2]?.replace(/[.!]+$/, '');
  if (value === undefined || match === null) return [];
  const password = /pass|pwd/i.test(text.slice(start, end));
  const from = end + (match[1]?.length ?? 0);
  const mixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  if (!mixed || !hasDistinct(value, 7) || entropy(value) < (password ? 2.8 : 3.5) || (!password && value.length < 16)) return [];
  return [{ type: 'secret', start: from, end: from + value.length, score: 0.9, validated: true, rule: 'secret.assignment' }];
}

/** The password in the user information of a URL (RFC 3986 §3.2.1), unless it is a placeholder. */
export function findUrlPassword({ view: { text }, start, end }: Hit): readonly PiiCandidate[] {
  const from = text.lastIndexOf(':', end) + 1;
  const password = text.slice(from, end - 1);
  if (from <= start || /^(?:[<{[$*x.].*|pass(?:word)?|pwd|secret)$/i.test(password)) return [];
  return [{ type: 'secret', start: from, end: end - 1, score: 0.9, validated: true, rule: 'secret.url' }];
}

// A key's body, and the line that ends it where one does.
function pemEnd(text: string, from: number): number {
  const near = text.slice(from, from + 8100);
  const line = near.indexOf('-----');
  const footer = line < 0 ? undefined : /^-----END [A-Z ]{0,40}-----/.exec(near.slice(line, line + 64))?.[0];
  if (footer !== undefined && /^[A-Za-z0-9+/=\s:,-]*$/.test(near.slice(0, line))) return from + line + footer.length;
  return from + (/^[A-Za-z0-9+/=\s]*/.exec(near)?.[0].trimEnd().length ?? 0);
}

function isJwtHeader(token: string): boolean {
  const header = token.slice(0, token.indexOf('.')).replace(/-/g, '+').replace(/_/g, '/');
  try {
    return /"(?:alg|typ|enc)"\s*:/.test(atob(header));
  } catch {
    return false; // not base64, so no header
  }
}

/** Whether a token has at least `least` different characters; mostly its beginning says so. */
function hasDistinct(token: string, least: number): boolean {
  const seen = new Set<number>();
  for (let at = 0; at < token.length && seen.size < least; at++) seen.add(token.charCodeAt(at));
  return seen.size >= least;
}

/** Shannon's entropy in bits per character. */
function entropy(token: string): number {
  const counts = new Map<string, number>();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
}
