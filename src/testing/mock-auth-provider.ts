/** Authentication for tests: tokens it has made itself, with an end on the given clock. */
import { refuseUnknownOptions, requireName, requireNumber } from '../base/option.js';
import { AuthContext, AuthError, type AuthContextInit, type AuthProvider } from '../providers/auth.js';
import { MOCK_OPTIONS, MockBehaviour, type MockOptions } from './mock-behaviour.js';

/** Options of a {@link MockAuthProvider}; latency defaults to 0. */
export interface MockAuthProviderOptions extends MockOptions {
  /** Identities by token, beside those of `createToken`; they do not expire unless they say so. */
  readonly tokens?: Readonly<Record<string, AuthContextInit>>;
  /** How long a created token lasts. @default 3600 */
  readonly tokenTtlSeconds?: number;
}

/** A validation that a {@link MockAuthProvider} has had. */
export interface MockAuthCall {
  /** The first 20 characters of the token: enough to tell tokens apart, too little to use one. */
  readonly token: string;
  readonly valid: boolean;
}

/** Validates tokens it has made. */
export class MockAuthProvider implements AuthProvider {
  readonly #behaviour: MockBehaviour;
  readonly #identities = new Map<string, AuthContext>();
  readonly #ttlMs: number;
  #history: MockAuthCall[] = [];
  #made = 0;

  /** Throws `InvalidOptionError` naming the option. */
  constructor(options: MockAuthProviderOptions = {}) {
    refuseUnknownOptions('MockAuthProvider', options, [...MOCK_OPTIONS, 'tokens', 'tokenTtlSeconds']);
    this.#behaviour = new MockBehaviour('MockAuthProvider', options, { latencyMs: 0, latencyJitterMs: 0 });
    this.#ttlMs = requireNumber('MockAuthProvider.tokenTtlSeconds', options.tokenTtlSeconds ?? 3600, { min: 0 }) * 1000;
    for (const [token, identity] of Object.entries(options.tokens ?? {})) this.#identities.set(requireName('MockAuthProvider.tokens', token), new AuthContext(identity));
  }

  /** Validations so far. */
  get callCount(): number {
    return this.#history.length;
  }

  /** The validations so far, oldest first. */
  get callHistory(): readonly MockAuthCall[] {
    return [...this.#history];
  }

  /** Makes a token for an identity; it expires as the identity says, else after `tokenTtlSeconds`. */
  createToken(identity: AuthContextInit): string {
    const expiresAt = identity.expiresAt ?? new Date(this.#behaviour.clock.epochMs() + this.#ttlMs);
    const token = `mock-token-${String(this.#made++).padStart(6, '0')}-${Math.floor(this.#behaviour.random() * 0xffffffff).toString(16).padStart(8, '0')}`;
    this.#identities.set(token, new AuthContext({ ...identity, expiresAt }));
    return token;
  }

  /** Makes a token invalid; false when it was already. */
  revokeToken(token: string): boolean {
    return this.#identities.delete(token);
  }

  /** @inheritdoc */
  async validate(token: string, options: { readonly signal?: AbortSignal } = {}): Promise<AuthContext> {
    const call = this.#history.push({ token: String(token).slice(0, 20), valid: false }) - 1;
    await this.#behaviour.call(options.signal);
    const identity = this.#identities.get(token);
    if (identity === undefined) throw new AuthError('invalid');
    if (identity.expiresAt !== null && identity.expiresAt.getTime() <= this.#behaviour.clock.epochMs()) throw new AuthError('expired');
    this.#history[call] = { token: token.slice(0, 20), valid: true };
    return identity;
  }
}
