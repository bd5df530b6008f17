/**
 * Stages that run only for the right identity: wrappers that compare what `respond` has proven (the
 * run's `configuration.auth`) with what the run works on. They fail closed: no identity, no run.
 */
import { refuseUnknownOptions } from '../base/option.js';
import type { StageWrapper } from '../pipeline/spec.js';
import { AuthContext, AuthError } from '../providers/auth.js';
import type { StageContext } from '../stage/context.js';
import { StageOutput } from '../stage/output.js';

/** Options of {@link requireIdentity}. */
export interface RequireIdentityOptions {
  /** Roles of which the identity must have one; any identity will do where it is empty. @default [] */
  readonly roles?: readonly string[];
}

/** The identity a run belongs to, where one was proven. */
export function identityOf(ctx: StageContext): AuthContext | null {
  const { auth } = ctx.run.configuration;
  return auth instanceof AuthContext ? auth : null;
}

/** A wrapper that fails a stage with `AuthError` unless the run has an identity, with one of `roles` where given. */
export function requireIdentity(options: RequireIdentityOptions = {}): StageWrapper {
  refuseUnknownOptions('requireIdentity', options, ['roles']);
  const { roles = [] } = options;
  return (ctx, next) => {
    const identity = identityOf(ctx);
    if (identity === null) return StageOutput.fail(new AuthError('missing'));
    if (roles.length > 0 && !roles.some((role) => identity.hasRole(role))) return StageOutput.fail(new AuthError('forbidden'));
    return next();
  };
}

/** A wrapper that fails a stage with `AuthError` when the run works for another organisation or user than its identity's. */
export function isolateTenant(): StageWrapper {
  return (ctx, next) => {
    const identity = identityOf(ctx);
    if (identity === null) return StageOutput.fail(new AuthError('missing'));
    const foreign = (ctx.orgId !== null && ctx.orgId !== identity.orgId) || (ctx.userId !== null && ctx.userId !== identity.userId) || (identity.sessionId !== null && ctx.sessionId !== identity.sessionId);
    if (!foreign) return next();
    ctx.tryEmitEvent('auth.tenant_mismatch', { stage: ctx.stageName });
    return StageOutput.fail(new AuthError('forbidden'));
  };
}
