/** Cross-origin requests: which pages may call, and what the browser is told about it. */
import { InvalidOptionError, refuseUnknownOptions, requireBoolean, requireNumber } from '../base/option.js';
import { EdgeError } from './edge-error.js';

/** Options of cross-origin access. */
export interface CorsOptions {
  /** Origins such as `https://app.example`, or `*` for any. */
  readonly origins: readonly string[] | '*';
  /** Lets pages send cookies; not with `*`. @default false */
  readonly credentials?: boolean;
  /** How long a browser remembers the permission. @default 600 */
  readonly maxAgeSeconds?: number;
}

const METHODS = 'POST, GET, OPTIONS';
const HEADERS = 'Authorization, Content-Type, X-Session-Id';
const EXPOSED = 'X-Request-Id, X-Session-Id, Retry-After';

/** The rule for one handler. Without options only pages of the same origin may call, which is a browser's own rule. */
export class Cors {
  readonly #options: CorsOptions | undefined;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: CorsOptions | undefined) {
    this.#options = options;
    if (options === undefined) return;
    refuseUnknownOptions('respond.cors', options, ['origins', 'credentials', 'maxAgeSeconds']);
    const { origins, credentials = false, maxAgeSeconds = 600 } = options;
    requireBoolean('respond.cors.credentials', credentials);
    requireNumber('respond.cors.maxAgeSeconds', maxAgeSeconds, { min: 0, integer: true });
    if (origins !== '*' && (!Array.isArray(origins) || origins.some((origin) => originOf(origin) !== origin))) throw new InvalidOptionError('respond.cors.origins', origins, "'*' or a list of origins such as https://app.example");
    if (origins === '*' && credentials) throw new InvalidOptionError('respond.cors.credentials', credentials, "false where origins is '*', which browsers refuse together");
  }

  /** Headers of the answer to `request`; throws a 403 for a page that may not call. */
  headers(request: Request): Readonly<Record<string, string>> {
    const origin = request.headers.get('Origin');
    if (origin === null || origin === new URL(request.url).origin) return {};
    const { origins = [], credentials = false } = this.#options ?? {};
    if (origins !== '*' && !origins.includes(origin)) throw new EdgeError(403, 'ORIGIN_NOT_ALLOWED', 'Pages of this origin may not call this address. Add the origin to `cors.origins`.');
    if (origins === '*') return { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
    return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED, Vary: 'Origin', ...(credentials ? { 'Access-Control-Allow-Credentials': 'true' } : {}) };
  }

  /** The answer to a preflight request. */
  preflight(request: Request): Response {
    const maxAge = String(this.#options?.maxAgeSeconds ?? 600);
    return new Response(null, { status: 204, headers: { ...this.headers(request), 'Access-Control-Allow-Methods': METHODS, 'Access-Control-Allow-Headers': HEADERS, 'Access-Control-Max-Age': maxAge } });
  }
}

function originOf(text: unknown): string | undefined {
  try {
    return new URL(String(text)).origin;
  } catch {
    return undefined; // no address at all: the caller reports it
  }
}
