/** Why a server of the OpenAI kind did not answer. Nothing that the server wrote in prose is kept: it may repeat the key or the user's words. */
import { SluiceError } from '../../base/errors.js';

/** What kind of failure it is. */
export type OpenAIFailure = 'network' | 'status' | 'stream' | 'malformed';

/** Fields of an {@link OpenAIError}. */
export interface OpenAIErrorInit {
  readonly failure: OpenAIFailure;
  /** Origin and what was asked for, for example `https://api.openai.com chat/completions`. */
  readonly where: string;
  /** HTTP status. @default null */
  readonly status?: number | null;
  /** The server's words for the kind of failure, checked by {@link machineWord}. @default null */
  readonly type?: string | null;
  readonly serverCode?: string | null;
  /** The field of the request that the server refused. @default null */
  readonly param?: string | null;
  /** @default null */
  readonly retryAfterMs?: number | null;
  /** What the platform calls the failure, for example `ECONNREFUSED`. @default null */
  readonly detail?: string | null;
}

/** A server of the OpenAI kind could not be asked, refused, or broke off. */
export class OpenAIError extends SluiceError {
  override readonly name: string = 'OpenAIError';
  readonly failure: OpenAIFailure;
  /** HTTP status; `null` when there was no answer. */
  readonly status: number | null;
  /** The server's `error.type`, `error.code` and `error.param`, where it gave them as single words. */
  readonly type: string | null;
  readonly serverCode: string | null;
  readonly param: string | null;
  /** How long the server asks to wait; `null` when it does not say. */
  readonly retryAfterMs: number | null;
  /** True when another try on the same server is of no use. */
  readonly fatal: boolean;

  constructor(init: OpenAIErrorInit) {
    const { failure, where, status = null, type = null, serverCode = null, param = null, retryAfterMs = null, detail = null } = init;
    const words = [serverCode ?? type, param === null ? null : `field ${param}`, detail].filter((word) => word !== null);
    super(`${where} ${WHAT[failure]}${status === null ? '' : ` with status ${status}`}${words.length === 0 ? '' : ` (${words.join(', ')})`}. ${mend(failure, status, serverCode)}`, { code: `OPENAI_${failure.toUpperCase()}` });
    this.failure = failure;
    this.status = status;
    this.type = type;
    this.serverCode = serverCode;
    this.param = param;
    this.retryAfterMs = retryAfterMs;
    this.fatal = isFatal(failure, status, serverCode ?? type);
  }
}

const WHAT: Readonly<Record<OpenAIFailure, string>> = {
  network: 'could not be reached',
  status: 'answered',
  stream: 'broke off its answer',
  malformed: 'sent something that is no answer of this interface',
};

// What waiting mends: time-outs, conflicts, too early, too many, and the server's own troubles but for what it has not.
const PASSING: readonly number[] = [408, 409, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529, 530];
const SPENT: readonly (string | null)[] = ['insufficient_quota', 'billing_hard_limit_reached'];

function isFatal(failure: OpenAIFailure, status: number | null, word: string | null): boolean {
  if (SPENT.includes(word)) return true;
  return failure === 'malformed' || (failure === 'status' && (status === null || !PASSING.includes(status)));
}

function mend(failure: OpenAIFailure, status: number | null, serverCode: string | null): string {
  if (failure === 'network') return 'Check that the server runs, its address (baseUrl), and in a page that it allows this origin (CORS).';
  if (failure === 'stream') return 'Ask again; if it happens often, look at the time limits of the server and of what stands before it.';
  if (failure === 'malformed') return 'Check that baseUrl ends where the interface begins (often in /v1), and that the model is of the kind that is asked for.';
  if (status === 401 || status === 403) return 'Check apiKey, and that it may use this model.';
  if (status === 404) return 'Check baseUrl (often it ends in /v1) and the name of the model.';
  if (status === 429) return SPENT.includes(serverCode) ? 'The account has nothing left to spend.' : 'Ask less often, or wait for retryAfterMs.';
  if (status === 413) return 'Shorten the conversation or the audio.';
  if (status !== null && status < 500) return 'Check the model and the options of the call against what this server takes.';
  return 'Try again later, or put another provider behind this one.';
}

/** `value` when it is one machine-readable word that holds no secret, else `null`. */
export function machineWord(value: unknown, secret: string | undefined): string | null {
  const word = typeof value === 'number' ? String(value) : value;
  if (typeof word !== 'string' || !/^[A-Za-z][\w.[\]-]{0,63}$|^\d{1,6}$/.test(word)) return null;
  return secret !== undefined && secret !== '' && (word.includes(secret) || secret.includes(word)) ? null : word;
}

/** Milliseconds that `Retry-After` (seconds or a date, RFC 9110 §10.2.3) or `retry-after-ms` ask for; `null` when they do not. */
export function retryAfterMs(headers: Headers, epochMs: number): number | null {
  const exact = Number(headers.get('retry-after-ms') ?? NaN);
  if (exact >= 0) return exact;
  const given = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000;
  const at = Date.parse(given);
  return Number.isNaN(at) ? null : Math.max(0, at - epochMs);
}
