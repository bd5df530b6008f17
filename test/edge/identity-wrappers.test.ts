import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { StageWrapper } from '../../src/pipeline/spec.js';
import { AuthContext, type AuthContextInit } from '../../src/providers/auth.js';
import { isolateTenant, requireIdentity } from '../../src/edge/identity-wrappers.js';
import { PipelineRunner } from '../../src/run/pipeline-runner.js';
import { StageOutput } from '../../src/stage/output.js';

const A = '550e8400-e29b-41d4-a716-446655440000';
const B = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

async function codeOf(wrapper: StageWrapper, identity: AuthContextInit | null, context: object = {}): Promise<string> {
  let ran = false;
  const graph = new Pipeline().withStage('s', () => { ran = true; return StageOutput.ok({ x: 1 }); }, 'work', { wrappers: [wrapper] });
  const result = await new PipelineRunner().run(graph, context, { configuration: identity === null ? {} : { auth: new AuthContext(identity) } });
  expect(ran).toBe(result.success);
  return result.success ? 'ran' : String((result.error as { code?: unknown } | null)?.code);
}

describe('requireIdentity', () => {
  it.each([
    [null, {}, 'AUTH_MISSING'],
    [{ userId: 'u' }, {}, 'ran'],
    [{ userId: 'u', roles: ['reader'] }, { roles: ['admin', 'reader'] }, 'ran'],
    [{ userId: 'u', roles: ['guest'] }, { roles: ['admin'] }, 'AUTH_FORBIDDEN'],
  ])('with the identity %j and %j: %s', async (identity, options, code) => {
    expect(await codeOf(requireIdentity(options), identity)).toBe(code);
  });

  it('does not take a look-alike for an identity', async () => {
    const graph = new Pipeline().withStage('s', () => StageOutput.ok({ x: 1 }), 'work', { wrappers: [requireIdentity()] });
    expect((await new PipelineRunner().run(graph, {}, { configuration: { auth: { userId: 'u', hasRole: () => true } } })).success).toBe(false);
  });
});

describe('isolateTenant', () => {
  it.each([
    [null, {}, 'AUTH_MISSING'],
    [{ userId: A, orgId: B }, { userId: A, orgId: B }, 'ran'],
    [{ userId: A, orgId: B }, {}, 'ran'],
    [{ userId: A, orgId: A }, { orgId: B }, 'AUTH_FORBIDDEN'],
    [{ userId: A }, { orgId: B }, 'AUTH_FORBIDDEN'],
    [{ userId: A }, { userId: B }, 'AUTH_FORBIDDEN'],
    [{ userId: A, sessionId: A }, { sessionId: B }, 'AUTH_FORBIDDEN'],
    [{ userId: A, sessionId: A }, { sessionId: A }, 'ran'],
  ])('with the identity %j in the context %j: %s', async (identity, context, code) => {
    expect(await codeOf(isolateTenant(), identity, context)).toBe(code);
  });
});
