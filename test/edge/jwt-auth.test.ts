import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JWTAuthProvider, type TokenVerifier } from '../../src/edge/jwt-auth.js';
import { AuthError } from '../../src/providers/auth.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { scale, seed } from '../tools/scale.js';

const S = '550e8400-e29b-41d4-a716-446655440000';
const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const encode = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('a key of the test'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

async function sign(payload: unknown): Promise<string> {
  const signed = `${encode({ alg: 'HS256' })}.${encode(payload)}`;
  return `${signed}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))))}`;
}

// HS256 by WebCrypto with jose's way of saying what is wrong.
const verify: TokenVerifier = async (token) => {
  const [header = '', body = '', signature = ''] = token.split('.');
  const bytes = Uint8Array.from(atob(signature.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
  if (!(await crypto.subtle.verify('HMAC', key, bytes, new TextEncoder().encode(`${header}.${body}`)))) throw Object.assign(new Error('signature verification failed'), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  const payload = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/'))) as Record<string, unknown>;
  if (payload['late'] === true) throw Object.assign(new Error('"exp" claim timestamp check failed'), { code: 'ERR_JWT_EXPIRED' });
  return { payload };
};
const clock = new ManualClock();
const auth = new JWTAuthProvider({ verify, clock });
const refusal = async (token: string): Promise<string> => ((await auth.validate(token).catch((error: unknown) => error)) as AuthError).reason;

describe('JWTAuthProvider', () => {
  it('takes identity, tenant, session, roles and end from the claims', async () => {
    const identity = await auth.validate(await sign({ sub: 'alice', org_id: S, session_id: S, roles: ['admin'], exp: 1700000100, plan: 'free' }));
    expect(identity.toDict()).toEqual({ user_id: 'alice', org_id: S, session_id: S, roles: ['admin'], expires_at: '2023-11-14T22:15:00.000Z', claims: { plan: 'free' } });
  });

  it('reads roles from a text with spaces, and other claims where told', async () => {
    const other = new JWTAuthProvider({ verify, claims: { userId: 'uid', roles: 'scope' } });
    expect(await other.validate(await sign({ uid: 'bob', scope: 'read write', sub: 'x' }))).toMatchObject({ userId: 'bob', roles: ['read', 'write'] });
  });

  it.each([
    ['a wrong signature', async () => `${(await sign({ sub: 'a' })).slice(0, -4)}AAAA`, 'invalid'],
    ['an expired token, by the verifier', () => sign({ sub: 'a', late: true }), 'expired'],
    ['an expired token, by its own end', () => sign({ sub: 'a', exp: 1700000000 }), 'expired'],
    ['no subject', () => sign({ org_id: S }), 'invalid'],
    ['an empty subject', () => sign({ sub: '' }), 'invalid'],
    ['a session that is no UUID, which must not pass for none', () => sign({ sub: 'a', session_id: 'x' }), 'invalid'],
    ['claims that are a list', () => sign([1]), 'invalid'],
    ['what is no token', async () => 'nonsense', 'invalid'],
    ['a token that is too long', async () => `a.${'b'.repeat(9000)}.c`, 'invalid'],
  ])('refuses %s', async (_, token, reason) => {
    expect(await refusal(await token())).toBe(reason);
  });

  it('does not call the verifier for what cannot be a token', async () => {
    let calls = 0;
    const counting = new JWTAuthProvider({ verify: (token) => (calls++, verify(token)) });
    for (const token of ['', 'a.b', 'a.b.c.d', 'a b.c.d', 'ä.b.c', '..']) await expect(counting.validate(token)).rejects.toThrow(AuthError);
    expect(calls).toBe(0);
  });

  it('refuses any other token with an AuthError, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}$/), fc.json().map((json) => `${encode({ alg: 'none' })}.${base64url(new TextEncoder().encode(json))}.x`)), async (token) => {
        await expect(auth.validate(token)).rejects.toBeInstanceOf(AuthError);
      }),
      { numRuns: scale(200, 10_000), seed },
    );
  });

  it('refuses wrong options', () => {
    expect(() => new JWTAuthProvider({} as never)).toThrow('JWTAuthProvider.verify');
    expect(() => new JWTAuthProvider({ verify, claims: { user: 'x' } as object })).toThrow('JWTAuthProvider.claims.user');
  });
});
