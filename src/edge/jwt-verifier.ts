/**
 * JSON Web Tokens verified by `jose`: signature, algorithm, issuer, audience and times. It is an entry
 * of its own (`sluice/jwt`), so that an edge that has another proof of identity carries no cryptography.
 *
 *     import { jwtAuth } from 'sluice/jwt';
 *     const auth = jwtAuth({ jwksUrl: 'https://issuer.example/.well-known/jwks.json', issuer: 'https://issuer.example/', audience: 'voice' });
 *     export default { fetch: respond(graph, { auth }) };
 */
import { createLocalJWKSet, createRemoteJWKSet, customFetch, importSPKI, jwtVerify, type CryptoKey as JoseKey, type JSONWebKeySet, type JWK, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { systemClock, type Clock } from '../base/clock.js';
import { InvalidOptionError, refuseUnknownOptions, requireFunction, requireName, requireNumber } from '../base/option.js';
import { JWTAuthProvider, type JWTAuthProviderOptions, type TokenVerifier } from './jwt-auth.js';

/** Options of {@link jwtVerifier}: exactly one of `jwksUrl`, `jwks`, `key` and `secret`, and what a token must say. */
export interface JWTVerifierOptions {
  /** Where the issuer publishes its keys; fetched when first needed, and again for a key that is not known. `https:`, or `http:` on this machine. */
  readonly jwksUrl?: string | URL | undefined;
  /** The issuer's keys themselves. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] } | undefined;
  /** One public key: a `CryptoKey`, a JWK, or a PEM text (SPKI), for which `algorithms` must name exactly one. */
  readonly key?: CryptoKey | Readonly<Record<string, unknown>> | string | undefined;
  /** A secret shared with the issuer, at least 32 bytes (RFC 7518, section 3.2). */
  readonly secret?: string | Uint8Array | undefined;
  /** Algorithms that are accepted, and no others. @default HS256 for a secret, otherwise the signatures of RFC 7518 and RFC 8037 without RSASSA-PKCS1-v1_5 but RS256 */
  readonly algorithms?: readonly string[] | undefined;
  /** Who must have issued the token; one of them where several are given. @default anybody with the key */
  readonly issuer?: string | readonly string[] | undefined;
  /** Whom the token must be meant for; one of them where several are given. @default anybody */
  readonly audience?: string | readonly string[] | undefined;
  /** Claims that must be there. @default ['exp'] */
  readonly requiredClaims?: readonly string[] | undefined;
  /** How far the issuer's clock may be off, in seconds. @default 0 */
  readonly clockToleranceSeconds?: number | undefined;
  /** How long fetched keys are used, in seconds. @default 600 */
  readonly jwksMaxAgeSeconds?: number | undefined;
  /** How long fetching keys may take, in milliseconds. @default 5000 */
  readonly jwksTimeoutMs?: number | undefined;
  /** Fetches the keys. @default the global fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Tells what time it is for `exp`, `nbf` and `iat`. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Options of {@link jwtAuth}. */
export interface JWTAuthOptions extends JWTVerifierOptions, Omit<JWTAuthProviderOptions, 'verify' | 'clock' | 'clockToleranceSeconds'> {}

const VERIFIER_OPTIONS = ['jwksUrl', 'jwks', 'key', 'secret', 'algorithms', 'issuer', 'audience', 'requiredClaims', 'clockToleranceSeconds', 'jwksMaxAgeSeconds', 'jwksTimeoutMs', 'fetch', 'clock'];
const KEY_SOURCES = ['jwksUrl', 'jwks', 'key', 'secret'] as const;
const SHARED = ['HS256', 'HS384', 'HS512'];
const SIGNED = ['RS256', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const KNOWN: readonly string[] = [...SHARED, ...SIGNED, 'RS384', 'RS512'];
// RFC 7518, section 3.2: a key at least as long as the output of the hash, 32 bytes for HS256.
const MIN_SECRET_BYTES = 32;

/** A verifier for {@link JWTAuthProvider}. Throws `InvalidOptionError` naming the option; an unsecured token (`alg: none`) is never accepted. */
export function jwtVerifier(options: JWTVerifierOptions): TokenVerifier {
  refuseUnknownOptions('jwtVerifier', options, VERIFIER_OPTIONS);
  const { clock = systemClock, clockToleranceSeconds = 0, requiredClaims = ['exp'] } = options;
  const given = KEY_SOURCES.filter((name) => options[name] !== undefined);
  const source = given[0];
  if (source === undefined || given.length > 1) throw new InvalidOptionError(`jwtVerifier.${given[1] ?? 'jwksUrl'}`, given[1] === undefined ? undefined : options[given[1]], `exactly one of ${KEY_SOURCES.join(', ')}`);
  const algorithms = requireAlgorithms(options.algorithms, source === 'secret');
  const key = keyOf(source, options, algorithms);
  const rules: JWTVerifyOptions = {
    algorithms: [...algorithms],
    requiredClaims: requireNames('requiredClaims', requiredClaims),
    clockTolerance: requireNumber('jwtVerifier.clockToleranceSeconds', clockToleranceSeconds, { min: 0 }),
    ...(options.issuer === undefined ? {} : { issuer: requireNames('issuer', options.issuer) }),
    ...(options.audience === undefined ? {} : { audience: requireNames('audience', options.audience) }),
  };
  return async (token) => {
    const { payload } = await jwtVerify(token, await key(), { ...rules, currentDate: new Date(clock.epochMs()) });
    return { payload };
  };
}

/** An {@link JWTAuthProvider} whose verifier is {@link jwtVerifier}. Throws `InvalidOptionError` naming the option. */
export function jwtAuth(options: JWTAuthOptions): JWTAuthProvider {
  const { claims, maxTokenLength, ...rest } = options;
  const { clock, clockToleranceSeconds } = rest;
  return new JWTAuthProvider({
    verify: jwtVerifier(rest),
    ...(claims === undefined ? {} : { claims }),
    ...(maxTokenLength === undefined ? {} : { maxTokenLength }),
    ...(clockToleranceSeconds === undefined ? {} : { clockToleranceSeconds }),
    ...(clock === undefined ? {} : { clock }),
  });
}

type VerificationKey = JoseKey | Uint8Array | JWK | JWTVerifyGetKey;

// The key as a function: what is imported asynchronously is imported once, at the first token.
function keyOf(source: (typeof KEY_SOURCES)[number], options: JWTVerifierOptions, algorithms: readonly string[]): () => VerificationKey | Promise<VerificationKey> {
  switch (source) {
    case 'jwksUrl': {
      const { fetch, jwksMaxAgeSeconds = 600, jwksTimeoutMs = 5000 } = options;
      const keys = createRemoteJWKSet(requireKeysUrl(options.jwksUrl), {
        cacheMaxAge: requireNumber('jwtVerifier.jwksMaxAgeSeconds', jwksMaxAgeSeconds, { min: 1 }) * 1000,
        timeoutDuration: requireNumber('jwtVerifier.jwksTimeoutMs', jwksTimeoutMs, { min: 1, integer: true }),
        ...(fetch === undefined ? {} : { [customFetch]: requireFunction('jwtVerifier.fetch', fetch) }),
      });
      return () => keys;
    }
    case 'jwks': {
      if (!Array.isArray(options.jwks?.keys)) throw new InvalidOptionError('jwtVerifier.jwks', options.jwks, 'a JSON Web Key Set such as { keys: […] }');
      const keys = createLocalJWKSet(structuredClone(options.jwks) as unknown as JSONWebKeySet); // jose checks each key when it is used
      return () => keys;
    }
    case 'secret': {
      const bytes = typeof options.secret === 'string' ? new TextEncoder().encode(options.secret) : options.secret;
      if (!(bytes instanceof Uint8Array) || bytes.byteLength < MIN_SECRET_BYTES) throw new InvalidOptionError('jwtVerifier.secret', options.secret, `a text or Uint8Array of at least ${MIN_SECRET_BYTES} bytes`);
      const secret = bytes.slice();
      return () => secret;
    }
    case 'key': {
      const { key } = options;
      if (typeof key === 'string') {
        const [algorithm] = algorithms;
        if (algorithm === undefined || algorithms.length > 1) throw new InvalidOptionError('jwtVerifier.algorithms', algorithms, 'the one algorithm of the PEM key');
        let imported: Promise<JoseKey> | undefined;
        return () => (imported ??= importSPKI(key, algorithm));
      }
      if (typeof key !== 'object' || key === null) throw new InvalidOptionError('jwtVerifier.key', key, 'a CryptoKey, a JWK or a PEM text');
      return () => key as VerificationKey;
    }
  }
}

function requireAlgorithms(given: readonly string[] | undefined, shared: boolean): readonly string[] {
  if (given === undefined) return shared ? ['HS256'] : SIGNED;
  const fitting = KNOWN.filter((name) => SHARED.includes(name) === shared);
  // A public key must never verify an HMAC: whoever knows the key could sign.
  if (!Array.isArray(given) || given.length === 0 || given.some((name) => !fitting.includes(name))) throw new InvalidOptionError('jwtVerifier.algorithms', given, `a list of ${fitting.join(', ')}`);
  return given;
}

function requireKeysUrl(url: string | URL | undefined): URL {
  const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  const isLocal = parsed !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (parsed === undefined || !(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLocal))) throw new InvalidOptionError('jwtVerifier.jwksUrl', url, 'an https: address');
  return parsed;
}

function requireNames(option: string, given: string | readonly string[]): string[] {
  return (typeof given === 'string' ? [given] : [...given]).map((name) => requireName(`jwtVerifier.${option}`, name));
}
