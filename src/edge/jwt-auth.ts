/**
 * Identities from JSON Web Tokens. Signatures, audiences, issuers and keys are the verifier's, which
 * `sluice/jwt` makes from `jose`; what its claims mean for a conversation is decided here.
 */
import type { Data } from '../base/data.js';
import { isPlainObject } from '../base/data.js';
import { isUuid } from '../base/id.js';
import { refuseUnknownOptions, requireFunction, requireName, requireNumber } from '../base/option.js';
import { systemClock, type Clock } from '../base/clock.js';
import { AuthContext, AuthError, type AuthProvider } from '../providers/auth.js';

/** Checks a token's signature and standard claims; rejects when it does not hold. `jwtVerifier` of `sluice/jwt` makes one. */
export type TokenVerifier = (token: string) => Promise<{ readonly payload: Readonly<Record<string, unknown>> }>;

/** Names of claims. */
export interface ClaimNames {
  /** @default 'sub' */
  readonly userId?: string;
  /** @default 'org_id' */
  readonly orgId?: string;
  /** @default 'session_id' */
  readonly sessionId?: string;
  /** A list, or a text with spaces between. @default 'roles' */
  readonly roles?: string;
}

/** Options of a {@link JWTAuthProvider}. */
export interface JWTAuthProviderOptions {
  readonly verify: TokenVerifier;
  readonly claims?: ClaimNames;
  /** Characters of a token at most; longer ones are refused unread. @default 8192 */
  readonly maxTokenLength?: number;
  /** How long after its end a token still counts, in seconds; the verifier's own tolerance should be the same. @default 0 */
  readonly clockToleranceSeconds?: number;
  /** Checks the end once more. @default systemClock */
  readonly clock?: Clock;
}

/** Proves identities by JSON Web Tokens. */
export class JWTAuthProvider implements AuthProvider {
  readonly #verify: TokenVerifier;
  readonly #names: Required<ClaimNames>;
  readonly #maxTokenLength: number;
  readonly #toleranceMs: number;
  readonly #clock: Clock;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: JWTAuthProviderOptions) {
    refuseUnknownOptions('JWTAuthProvider', options, ['verify', 'claims', 'maxTokenLength', 'clockToleranceSeconds', 'clock']);
    const { claims = {}, maxTokenLength = 8192, clockToleranceSeconds = 0, clock = systemClock } = options;
    refuseUnknownOptions('JWTAuthProvider.claims', claims, ['userId', 'orgId', 'sessionId', 'roles']);
    this.#verify = requireFunction('JWTAuthProvider.verify', options.verify);
    this.#names = { userId: 'sub', orgId: 'org_id', sessionId: 'session_id', roles: 'roles', ...claims };
    for (const [name, claim] of Object.entries(this.#names)) requireName(`JWTAuthProvider.claims.${name}`, claim);
    this.#maxTokenLength = requireNumber('JWTAuthProvider.maxTokenLength', maxTokenLength, { min: 1, integer: true });
    this.#toleranceMs = requireNumber('JWTAuthProvider.clockToleranceSeconds', clockToleranceSeconds, { min: 0 }) * 1000;
    this.#clock = clock;
  }

  /** @inheritdoc */
  async validate(token: string): Promise<AuthContext> {
    // Three parts of base64url (RFC 7515, section 7.1): anything else is refused without work.
    if (typeof token !== 'string' || token.length > this.#maxTokenLength || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new AuthError('invalid');
    let payload: Readonly<Record<string, unknown>>;
    try {
      ({ payload } = await this.#verify(token));
    } catch (error) {
      throw new AuthError((error as { readonly code?: unknown } | null)?.code === 'ERR_JWT_EXPIRED' ? 'expired' : 'invalid', error);
    }
    return this.#identity(payload);
  }

  #identity(payload: Readonly<Record<string, unknown>>): AuthContext {
    const { userId, orgId, sessionId, roles } = this.#names;
    const user = payload[userId];
    const expires = payload['exp'];
    if (!isPlainObject(payload) || typeof user !== 'string' || user === '') throw new AuthError('invalid');
    if (typeof expires === 'number' && expires * 1000 + this.#toleranceMs <= this.#clock.epochMs()) throw new AuthError('expired');
    const session = payload[sessionId];
    // A token bound to something that is no session of ours must not pass for one that is bound to none.
    if (session !== undefined && !isUuid(session)) throw new AuthError('invalid');
    const own = new Set([userId, orgId, sessionId, roles, 'exp']);
    return new AuthContext({
      userId: user,
      orgId: isUuid(payload[orgId]) ? payload[orgId] : null,
      sessionId: session ?? null,
      roles: rolesOf(payload[roles]),
      expiresAt: typeof expires === 'number' ? new Date(expires * 1000) : null,
      claims: Object.fromEntries(Object.entries(payload as Data).filter(([name]) => !own.has(name))),
    });
  }
}

function rolesOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [];
  return list.filter((role): role is string => typeof role === 'string' && role !== '');
}
