/**
 * Secrets: tokens whose prefix and shape their issuers publish, and values that are assigned to names
 * such as `api_key`. The span is the token alone.
 */
import type { PiiCandidate } from './pii-candidate.js';
import type { Hit } from './reading.js';

/** Provider, and the shape of its tokens. */
const TOKENS: readonly (readonly [id: string, pattern: string])[] = [
  ['aws', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}'],
  ['github', 'gh[pousr]_[A-Za-z0-9]{36,251}'],
  ['github-fine', 'github_pat_[A-Za-z0-9_]{60,250}'],
  ['openai', 'sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_\\-]{20,200}'],
  ['anthropic', 'sk-ant-[A-Za-z0-9_\\-]{24,200}'],
  ['slack', 'xox[abeoprs]-(?:[A-Za-z0-9]{1,64}-){0,4}[A-Za-z0-9]{8,128}'],
  ['slack-app', 'xapp-\\d-[A-Z0-9]{8,16}-\\d{8,16}-[a-f0-9]{32,128}'],
  ['stripe', '(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,200}'],
  ['stripe-hook', 'whsec_[A-Za-z0-9+/=]{24,120}'],
  ['google', 'AIza[A-Za-z0-9_\\-]{35}'],
  ['google-oauth', 'ya29\\.[A-Za-z0-9_\\-]{20,250}'],
  ['google-secret', 'GOCSPX-[A-Za-z0-9_\\-]{28}'],
  ['npm', 'npm_[A-Za-z0-9]{36}'],
  ['pypi', 'pypi-[A-Za-z0-9_\\-]{50,250}'],
  ['gitlab', 'gl(?:pat|dt|rt|ptt|ft|agent|soat|imt|cbt)-[A-Za-z0-9_\\-]{20,128}'],
  ['sendgrid', 'SG\\.[A-Za-z0-9_\\-]{16,32}\\.[A-Za-z0-9_\\-]{32,64}'],
  ['digitalocean', 'do[opr]_v1_[a-f0-9]{64}'],
  ['huggingface', '(?:hf|api_org)_[A-Za-z0-9]{30,60}'],
  ['shopify', 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'],
  ['telegram', '\\d{8,10}:AA[A-Za-z0-9_\\-]{33}'],
  ['twilio', '(?:AC|SK)[a-f0-9]{32}'],
  ['mailgun', 'key-[a-f0-9]{32}'],
  ['mailchimp', '[a-f0-9]{32}-us\\d{1,2}'],
  ['databricks', 'dapi[a-f0-9]{32}'],
  ['linear', 'lin_api_[A-Za-z0-9]{40}'],
  ['notion', '(?:ntn_|secret_)[A-Za-z0-9]{40,60}'],
  ['postman', 'PMAK-[a-f0-9]{24}-[a-f0-9]{34}'],
  ['newrelic', 'NRAK-[A-Z0-9]{27}'],
  ['doppler', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9]{40,64}'],
  ['dynatrace', 'dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}'],
  ['grafana', 'gl(?:c|sa)_[A-Za-z0-9+/=_]{32,250}'],
  ['planetscale', 'pscale_(?:pw|tkn|oauth)_[A-Za-z0-9_.=\\-]{32,64}'],
  ['pulumi', 'pul-[a-f0-9]{40}'],
  ['rubygems', 'rubygems_[a-f0-9]{48}'],
  ['vault', 'hv[sb]\\.[A-Za-z0-9_\\-]{24,250}'],
  ['square', '(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_\\-]{22,43}|EAAA[A-Za-z0-9_\\-]{60})'],
  ['facebook', 'EAA[A-Za-z0-9]{80,250}'],
  ['discord', '[MNO][A-Za-z\\d_\\-]{23,27}\\.[A-Za-z\\d_\\-]{6}\\.[A-Za-z\\d_\\-]{27,38}'],
  ['age', 'AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  ['groq', 'gsk_[A-Za-z0-9]{40,60}'],
  ['replicate', 'r8_[A-Za-z0-9]{37}'],
  ['perplexity', 'pplx-[A-Za-z0-9]{40,60}'],
  ['xai', 'xai-[A-Za-z0-9]{60,90}'],
  ['fly', 'fm[12]_[A-Za-z0-9+/=_\\-]{60,250}'],
  ['supabase', 'sbp_[a-f0-9]{40}'],
  ['vercel', 'vc[prak]_[A-Za-z0-9]{24,60}'],
  ['docker', 'dckr_(?:pat|oat)_[A-Za-z0-9_\\-]{27,40}'],
  ['atlassian', 'ATATT3[A-Za-z0-9_=\\-]{60,250}'],
  ['figma', 'figd_[A-Za-z0-9_\\-]{38,44}'],
  ['jwt', 'eyJ[A-Za-z0-9_\\-]{10,250}\\.eyJ[A-Za-z0-9_\\-]{4,2000}\\.[A-Za-z0-9_\\-]{4,700}'],
  ['azure', 'AccountKey=[A-Za-z0-9+/]{86}=='],
  ['pem', '-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----'],
];

/** Pattern of all published shapes. */
export const TOKEN_PATTERN: string = `(?:${TOKENS.map(([, pattern]) => pattern).join('|')})`;

/** Pattern of assignments to telling names. */
export const ASSIGNMENT_PATTERN = '(?:api[_ \\-]?key|apikey|secret(?:[_ \\-]?(?:key|token))?|access[_ \\-]?(?:key|token)|auth[_ \\-]?token|client[_ \\-]?secret|private[_ \\-]?key|password|passwd|pwd|token|credential|bearer)["\']?\\s{0,3}(?:[:=]|:=|=>|\\bis\\b)\\s{0,3}["\'`]?[A-Za-z0-9+/=_.~!@#$%^&*\\-]{8,128}';

const TOKEN_CHARACTER = /[A-Za-z0-9_]/;

/** A token of a published shape; a prefix alone is none. */
export function findToken({ view: { text }, start, end }: Hit): readonly PiiCandidate[] {
  const token = text.slice(start, end);
  if (TOKEN_CHARACTER.test(text.charAt(start - 1)) || TOKEN_CHARACTER.test(text.charAt(end))) return [];
  if (token.startsWith('-----BEGIN')) return [{ type: 'secret', start, end: pemEnd(text, end), score: 1, validated: true, rule: 'secret.pem' }];
  if (distinct(token) < 8 || /(.)\1{7}/.test(token)) return [];
  if (token.startsWith('sk-') && !/\d/.test(token)) return [];
  if (token.startsWith('eyJ') && !isJwtHeader(token)) return [];
  const from = token.startsWith('AccountKey=') ? start + 11 : start;
  return [{ type: 'secret', start: from, end, score: 0.95, validated: true, rule: 'secret.token' }];
}

/** A value assigned to a telling name, when it is random enough to be no word. */
export function findAssignment({ view: { text }, start, end }: Hit): readonly PiiCandidate[] {
  const match = /^(.*?)(?:[:=]|:=|=>|\bis\b)\s{0,3}["'`]?([A-Za-z0-9+/=_.~!@#$%^&*-]{8,128})$/su.exec(text.slice(start, end));
  const value = match?.[2]?.replace(/[.!]+$/, '');
  if (value === undefined || match === null) return [];
  const password = /pass|pwd/i.test(match[1] ?? '');
  const from = start + match[0].length - (match[2]?.length ?? 0);
  const mixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  if (!mixed || distinct(value) < 7 || entropy(value) < (password ? 2.8 : 3.5) || (!password && value.length < 16)) return [];
  return [{ type: 'secret', start: from, end: from + value.length, score: 0.9, validated: true, rule: 'secret.assignment' }];
}

function pemEnd(text: string, from: number): number {
  const body = /^[A-Za-z0-9+/=\s:,-]{0,8000}?-----END [A-Z ]{0,40}-----/.exec(text.slice(from, from + 8100));
  return body === null ? from + (/^[A-Za-z0-9+/=\s]{0,8000}/.exec(text.slice(from, from + 8000))?.[0].trimEnd().length ?? 0) : from + body[0].length;
}

function isJwtHeader(token: string): boolean {
  const header = token.slice(0, token.indexOf('.')).replace(/-/g, '+').replace(/_/g, '/');
  try {
    return /"(?:alg|typ|enc)"\s*:/.test(atob(header));
  } catch {
    return false; // not base64, so no header
  }
}

function distinct(token: string): number {
  return new Set(token).size;
}

/** Shannon's entropy in bits per character. */
function entropy(token: string): number {
  const counts = new Map<string, number>();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
}
