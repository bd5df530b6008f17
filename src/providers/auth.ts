/**
 * Who is asking: the contract of authentication, and what it proves. Tokens are the provider's
 * business; the rest of the library sees an `AuthContext` or an `AuthError`, never a token.
 */
import { frozenCopy, type Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { requireUuid } from '../base/id.js';
import { refuseUnknownOptions, requireName } from '../base/option.js';
import { fromWire, dataToWire, optionalMoment, optionalText, readField, requireList, requireRecord } from '../context/wire.js';

/** Why a request is refused. */
export type AuthFailure = 'missing' | 'invalid' | 'expired' | 'forbidden';

/** A request is refused; the message says no more than a stranger may know. */
export class AuthError extends SluiceError {
  override readonly name: string = 'AuthError';
  /** Why. */
  readonly reason: AuthFailure;
  /** HTTP status of the refusal. */
  readonly status: 401 | 403;

  constructor(reason: AuthFailure, cause?: unknown) {
    super(MESSAGES[reason], { code: `AUTH_${reason.toUpperCase()}`, cause });
    this.reason = reason;
    this.status = reason === 'forbidden' ? 403 : 401;
  }
}

const MESSAGES: Readonly<Record<AuthFailure, string>> = {
  missing: 'No token. Send one in the Authorization header as "Bearer <token>".',
  invalid: 'Invalid token',
  expired: 'Token expired',
  forbidden: 'Not allowed. The token is valid but does not allow this.',
};

/** Fields of an {@link AuthContext}. */
export interface AuthContextInit {
  /** The person; any non-empty text the issuer uses as `sub`. */
  readonly userId: string;
  /** The tenant, a UUID. @default null */
  readonly orgId?: string | null | undefined;
  /** The one session the token is bound to, a UUID. @default null: any session of the user */
  readonly sessionId?: string | null | undefined;
  /** @default [] */
  readonly roles?: readonly string[] | undefined;
  /** @default null */
  readonly expiresAt?: Date | null | undefined;
  /** The issuer's other claims. @default {} */
  readonly claims?: Readonly<Data> | undefined;
}

/** A proven identity, frozen. */
export class AuthContext {
  readonly userId: string;
  readonly orgId: string | null;
  readonly sessionId: string | null;
  readonly roles: readonly string[];
  readonly claims: Readonly<Data>;
  readonly #expiresAtMs: number | null;

  /** Throws `InvalidOptionError` or `InvalidIdError` naming the field. */
  constructor(init: AuthContextInit) {
    refuseUnknownOptions('AuthContext', init, ['userId', 'orgId', 'sessionId', 'roles', 'expiresAt', 'claims']);
    const { orgId, sessionId } = init;
    this.userId = requireName('AuthContext.userId', init.userId);
    this.orgId = orgId === undefined || orgId === null ? null : requireUuid('AuthContext.orgId', orgId);
    this.sessionId = sessionId === undefined || sessionId === null ? null : requireUuid('AuthContext.sessionId', sessionId);
    this.roles = Object.freeze(requireList('AuthContext.roles', init.roles).map((role) => requireName('AuthContext.roles', role)));
    this.claims = frozenCopy(requireRecord('AuthContext.claims', init.claims ?? {}));
    this.#expiresAtMs = optionalMoment('AuthContext.expiresAt', init.expiresAt);
    Object.freeze(this);
  }

  /** When the proof ends, if it does; a new Date at each reading. */
  get expiresAt(): Date | null {
    return this.#expiresAtMs === null ? null : new Date(this.#expiresAtMs);
  }

  /** True for a role the identity has. */
  hasRole(role: string): boolean {
    return this.roles.includes(role);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      user_id: this.userId,
      org_id: this.orgId,
      session_id: this.sessionId,
      roles: [...this.roles],
      expires_at: this.expiresAt?.toISOString() ?? null,
      claims: dataToWire(this.claims),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): AuthContext {
    return new AuthContext({
      userId: readField(dict, 'user_id') as string, // the constructor checks each
      orgId: optionalText('AuthContext.fromDict.org_id', readField(dict, 'org_id')),
      sessionId: optionalText('AuthContext.fromDict.session_id', readField(dict, 'session_id')),
      roles: dict['roles'] as readonly string[],
      expiresAt: readField(dict, 'expires_at') as Date,
      claims: fromWire(dict['claims'] ?? {}) as Data,
    });
  }
}

/** Proves identities. */
export interface AuthProvider {
  /** The identity a token proves; rejects with {@link AuthError} for any token that proves none. */
  validate(token: string, options?: { readonly signal?: AbortSignal }): Promise<AuthContext>;
}
