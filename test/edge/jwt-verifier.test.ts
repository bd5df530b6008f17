import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jwtAuth, jwtVerifier, type JWTVerifierOptions } from '../../src/edge/jwt-verifier.js';
import { respond } from '../../src/edge/respond.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { AuthError } from '../../src/providers/auth.js';
import { StageOutput } from '../../src/stage/output.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { scale, seed } from '../tools/scale.js';

const clock = new ManualClock();
const now = Math.floor(clock.epochMs() / 1000);
const es256 = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256', { extractable: true });
const rs256 = await generateKeyPair('RS256', { extractable: true });
const ed = await generateKeyPair('Ed25519', { extractable: true });
const secret = 'a secret of the test that is long enough';
const SESSION = '550e8400-e29b-41d4-a716-446655440000';

type Signing = Parameters<SignJWT['sign']>[0];
interface TokenParts {
  readonly alg?: string;
  readonly kid?: string;
  readonly claims?: Record<string, unknown>;
  readonly key?: Signing;
}
function token({ alg = 'ES256', kid = 'one', claims = {}, key = es256.privateKey }: TokenParts = {}): Promise<string> {
  return new SignJWT({ sub: 'alice', iss: 'https://issuer.test/', aud: 'voice', exp: now + 60, ...claims }).setProtectedHeader({ alg, kid }).sign(key);
}

const jwk = { ...(await exportJWK(es256.publicKey)), kid: 'one', alg: 'ES256' };
const rules = { issuer: 'https://issuer.test/', audience: 'voice', clock };
const auth = jwtAuth({ jwks: { keys: [jwk] }, ...rules });
const reasonOf = async (options: JWTVerifierOptions, text: string): Promise<string> =>
  jwtAuth(options).validate(text).then((identity) => `let in ${identity.userId}`, (error: unknown) => (error instanceof AuthError ? error.reason : String(error)));

describe('jwtAuth', () => {
  it('takes a token that is signed, timely, and meant for us', async () => {
    const identity = await auth.validate(await token({ claims: { session_id: SESSION, roles: ['user'] } }));
    expect([identity.userId, identity.sessionId, identity.roles, identity.expiresAt?.getTime()]).toEqual(['alice', SESSION, ['user'], (now + 60) * 1000]);
  });

  it.each([
    ['one that has expired', () => token({ claims: { exp: now } }), 'expired'],
    ['one that does not count yet', () => token({ claims: { nbf: now + 5 } }), 'invalid'],
    ['one that never ends', () => token({ claims: { exp: undefined } }), 'invalid'],
    ['one of another issuer', () => token({ claims: { iss: 'https://evil.test/' } }), 'invalid'],
    ['one of no issuer', () => token({ claims: { iss: undefined } }), 'invalid'],
    ['one for another audience', () => token({ claims: { aud: 'billing' } }), 'invalid'],
    ['one for nobody in particular', () => token({ claims: { aud: undefined } }), 'invalid'],
    ['one that another key signed', () => token({ key: other.privateKey }), 'invalid'],
    ['one of a key nobody knows', () => token({ kid: 'two' }), 'invalid'],
    ['one that is not secured', async () => `${new UnsecuredJWT({ sub: 'alice', iss: rules.issuer, aud: 'voice', exp: now + 60 }).encode()}`, 'invalid'],
    ['one that is not secured and has something in place of a signature', async () => `${new UnsecuredJWT({ sub: 'alice', iss: rules.issuer, aud: 'voice', exp: now + 60 }).encode()}AAAA`, 'invalid'],
    ['one whose claims were changed', async () => (await token()).replace(/\.[^.]+\./, `.${btoa(JSON.stringify({ sub: 'root', iss: rules.issuer, aud: 'voice', exp: now + 60 })).replace(/=+$/, '')}.`), 'invalid'],
    ['one signed with the public key as if it were a secret', async () => token({ alg: 'HS256', key: new TextEncoder().encode(await exportSPKI(es256.publicKey)) }), 'invalid'],
  ])('refuses %s', async (_, text, reason) => {
    await expect(auth.validate(await text())).rejects.toMatchObject({ reason });
  });

  it('lets the issuer’s clock be off by as much as it is told', async () => {
    const late = await token({ claims: { exp: now - 5 } });
    expect(await reasonOf({ jwks: { keys: [jwk] }, ...rules, clockToleranceSeconds: 5 }, late)).toBe('expired');
    expect(await reasonOf({ jwks: { keys: [jwk] }, ...rules, clockToleranceSeconds: 6 }, late)).toBe('let in alice');
    expect(await reasonOf({ jwks: { keys: [jwk] }, ...rules, clockToleranceSeconds: 5 }, await token({ claims: { nbf: now + 5 } }))).toBe('let in alice');
  });

  it('takes a secret, a CryptoKey, a JWK or a PEM text for its key', async () => {
    const shared = await token({ alg: 'HS256', key: new TextEncoder().encode(secret) });
    expect(await reasonOf({ secret, clock }, shared)).toBe('let in alice');
    expect(await reasonOf({ secret: new TextEncoder().encode(secret), clock }, shared)).toBe('let in alice');
    expect(await reasonOf({ secret: `${secret}!`, clock }, shared)).toBe('invalid');
    expect(await reasonOf({ key: es256.publicKey, clock }, await token())).toBe('let in alice');
    expect(await reasonOf({ key: jwk, clock }, await token())).toBe('let in alice');
    expect(await reasonOf({ key: await exportSPKI(rs256.publicKey), algorithms: ['RS256'], clock }, await token({ alg: 'RS256', key: rs256.privateKey }))).toBe('let in alice');
    expect(await reasonOf({ key: ed.publicKey, clock }, await token({ alg: 'EdDSA', key: ed.privateKey }))).toBe('let in alice');
  });

  it('accepts no other algorithms than those listed', async () => {
    expect(await reasonOf({ key: es256.publicKey, algorithms: ['RS256'], clock }, await token())).toBe('invalid');
    expect(await reasonOf({ secret, algorithms: ['HS512'], clock }, await token({ alg: 'HS256', key: new TextEncoder().encode(secret) }))).toBe('invalid');
  });

  it('fetches the issuer’s keys once, again for a key that is new, and refuses while there are none', async () => {
    const published: object[] = [jwk];
    let fetched = 0;
    let down = false;
    const fetch = (async () => {
      fetched++;
      return down ? new Response(null, { status: 503 }) : Response.json({ keys: published });
    }) as typeof globalThis.fetch;
    const remote = jwtAuth({ jwksUrl: 'https://issuer.test/keys', fetch, ...rules });
    const good = await token();
    await Promise.all([remote.validate(good), remote.validate(good), remote.validate(good)]);
    expect(fetched).toBeLessThanOrEqual(3); // one each at most while none is there; none afterwards
    const before = fetched;
    await remote.validate(good);
    expect(fetched).toBe(before);
    await expect(remote.validate(await token({ kid: 'two' }))).rejects.toMatchObject({ reason: 'invalid' });
    down = true;
    await expect(jwtAuth({ jwksUrl: new URL('https://issuer.test/keys'), fetch, ...rules }).validate(good)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('turns whatever is no token into an AuthError', async () => {
    const real = await token();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.tuple(fc.nat({ max: real.length - 1 }), fc.constantFrom(...'ABCxyz019-_.')).filter(([at, sign]) => at < real.lastIndexOf('.') && real[at] !== sign).map(([at, sign]) => real.slice(0, at) + sign + real.slice(at + 1)),
          fc.nat({ max: real.length - 2 }).map((end) => real.slice(0, end)),
        ),
        async (text) => {
          await expect(auth.validate(text)).rejects.toBeInstanceOf(AuthError);
        },
      ),
      { numRuns: scale(150, 10_000), seed },
    );
  });

  it('binds a session to the first who uses it, end to end', async () => {
    const handler = respond(new Pipeline().withStage('llm', () => StageOutput.ok({ response: 'hello' })), { auth, clock });
    const ask = (bearer: string): Promise<Response> => handler(new Request('https://edge.test/', { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}`, 'X-Session-Id': SESSION }, body: '{"input_text":"hi"}' }));
    expect((await ask(await token())).status).toBe(200);
    const refused = await ask(await token({ claims: { sub: 'mallory' } }));
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([403, 'AUTH_FORBIDDEN']);
    const expired = await ask(await token({ claims: { exp: now - 1 } }));
    expect([expired.status, expired.headers.get('WWW-Authenticate'), ((await expired.json()) as { error: { code: string } }).error.code]).toEqual([401, 'Bearer', 'AUTH_EXPIRED']);
  });
});

it.each([
  [{}, 'jwtVerifier.jwksUrl'],
  [{ secret, key: es256.publicKey }, 'jwtVerifier.secret'],
  [{ jwksUrl: 'http://issuer.test/keys' }, 'jwtVerifier.jwksUrl'],
  [{ jwksUrl: 'keys.json' }, 'jwtVerifier.jwksUrl'],
  [{ jwks: {} }, 'jwtVerifier.jwks'],
  [{ secret: 'short' }, 'jwtVerifier.secret'],
  [{ secret, algorithms: ['RS256'] }, 'jwtVerifier.algorithms'],
  [{ key: es256.publicKey, algorithms: ['HS256'] }, 'jwtVerifier.algorithms'],
  [{ key: es256.publicKey, algorithms: ['none'] }, 'jwtVerifier.algorithms'],
  [{ key: es256.publicKey, algorithms: [] }, 'jwtVerifier.algorithms'],
  [{ key: 'PEM' }, 'jwtVerifier.algorithms'],
  [{ secret, issuer: '' }, 'jwtVerifier.issuer'],
  [{ secret, clockToleranceSeconds: -1 }, 'jwtVerifier.clockToleranceSeconds'],
  [{ secret, aud: 'voice' }, 'jwtVerifier.aud'],
])('refuses the options %#', (options, option) => {
  expect(() => jwtVerifier(options as JWTVerifierOptions)).toThrow(option);
});
