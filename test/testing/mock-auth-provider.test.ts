import { describe, expect, it } from 'vitest';
import { AuthContext, AuthError } from '../../src/providers/auth.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { MockAuthProvider } from '../../src/testing/mock-auth-provider.js';

const S = '550e8400-e29b-41d4-a716-446655440000';

describe('MockAuthProvider', () => {
  it('validates the tokens it has made', async () => {
    const auth = new MockAuthProvider();
    const identity = await auth.validate(auth.createToken({ userId: 'u', sessionId: S, roles: ['admin'] }));
    expect(identity).toBeInstanceOf(AuthContext);
    expect([identity.userId, identity.sessionId, identity.hasRole('admin'), identity.hasRole('x')]).toEqual(['u', S, true, false]);
  });

  it('says “Token expired” from the end on, and not before', async () => {
    const clock = new ManualClock();
    const auth = new MockAuthProvider({ clock, tokenTtlSeconds: 60 });
    const token = auth.createToken({ userId: 'u' });
    await clock.advance(59999);
    await auth.validate(token);
    await clock.advance(1);
    await expect(auth.validate(token)).rejects.toThrow('Token expired');
    await expect(auth.validate(token)).rejects.toMatchObject({ reason: 'expired', status: 401, code: 'AUTH_EXPIRED' });
  });

  it('says “Invalid token” to others, also to a revoked one', async () => {
    const auth = new MockAuthProvider({ tokens: { fixed: { userId: 'f' } } });
    const token = auth.createToken({ userId: 'u' });
    expect((await auth.validate('fixed')).userId).toBe('f');
    expect([auth.revokeToken(token), auth.revokeToken(token)]).toEqual([true, false]);
    for (const wrong of [token, 'other', '', '__proto__']) await expect(auth.validate(wrong)).rejects.toThrow(AuthError);
    await expect(auth.validate('other')).rejects.toThrow('Invalid token');
  });

  it('remembers validations with no more than 20 characters of the token', async () => {
    const auth = new MockAuthProvider();
    const token = auth.createToken({ userId: 'u' });
    await auth.validate(token);
    await auth.validate('wrong').catch(() => undefined);
    expect(auth.callHistory).toEqual([{ token: token.slice(0, 20), valid: true }, { token: 'wrong', valid: false }]);
    expect(auth.callCount).toBe(2);
  });

  it('makes different tokens', () => {
    const auth = new MockAuthProvider();
    expect(new Set(Array.from({ length: 50 }, () => auth.createToken({ userId: 'u' }))).size).toBe(50);
  });
});
