/**
 * The stage that guards a turn. With settled dependencies it checks the text of the turn (or another
 * output, by key) before anything reads it; with a live input it stands between a model and the voice,
 * lets safe text pass as soon as it is safe, and ends the stream where a finding demands it.
 *
 * It fails closed: a check that throws, or that takes longer than it may, fails the stage, unless its
 * configuration says otherwise.
 */
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions, requireName } from '../base/option.js';
import { noopSink } from '../event/sink.js';
import type { StageContext } from '../stage/context.js';
import { StageKind } from '../stage/kind.js';
import { StageOutput, type StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { interruptElement, textElement, type StreamElement } from '../stream/element.js';
import { closedReader } from '../stream/null-ends.js';
import { CheckBudget } from './budget.js';
import { isRuleCheck, nameOfCheck, type GuardrailCheck } from './check.js';
import { GuardrailConfig, type GuardrailConfigInit } from './config.js';
import type { FarScanner } from './far-scanner.js';
import { LiveGuard, type LiveStep } from './live-guard.js';
import { Reading } from './reading.js';
import type { GuardrailResult } from './result.js';
import { createScanner, type Scanner } from './scanner.js';
import { mergeRules, warmScanner } from './shared-scanner.js';
import type { StreamActions } from './stream-guard.js';
import { PolicyViolation, ViolationType } from './violation.js';
import { violationsOf } from './verdict.js';

/** Options of {@link GuardrailStage}. */
export interface GuardrailStageOptions {
  /** Key of an upstream output to check instead of the text of the turn. @default null */
  readonly contentKey?: string | null;
  /** What a live guard does with a finding; see {@link StreamGuard}. */
  readonly actions?: StreamActions;
  /** A scanner in another thread: no scan runs on this one. The stage must then be closed. @default scans on this thread */
  readonly far?: FarScanner;
  /** @default 'guardrail' */
  readonly name?: string;
}

/** Keyword form: everything in one record. */
export interface GuardrailStageInit extends GuardrailStageOptions {
  readonly checks: readonly GuardrailCheck[];
  readonly config?: GuardrailConfig | GuardrailConfigInit;
}

/** What the stage settles with. */
export interface GuardrailData {
  /** Whether nothing was found that counts. */
  readonly guardrailPassed: boolean;
  /** What was found, in wire form; locations are in the text that was checked. */
  readonly violations: readonly Data[];
  /** How many checks ran. */
  readonly checksRun: number;
  /** The text after redaction; only where it differs. */
  readonly transformedContent?: string;
}

/** A check threw, so the text was not judged and nothing passes. */
export class GuardrailCheckError extends SluiceError {
  override readonly name: string = 'GuardrailCheckError';
  /** Name of the check. */
  readonly check: string;

  constructor(check: string, cause: unknown) {
    super(`The check '${check}' failed, so the text was not judged and the guard lets nothing pass. See \`cause\`.`, { code: 'GUARDRAIL_CHECK_FAILED', cause });
    this.check = check;
  }
}

type Settled = StageReturn<GuardrailData & Data>;

/** Guards a turn with checks. */
export class GuardrailStage implements Stage<GuardrailData & Data> {
  readonly name: string;
  readonly kind: StageKind = StageKind.GUARD;
  /** Key that is checked instead of the text of the turn. */
  readonly contentKey: string | null;
  /** The checks, in the order in which they run. */
  readonly checks: readonly GuardrailCheck[];
  /** How findings are treated. */
  readonly config: GuardrailConfig;
  readonly #actions: StreamActions;
  readonly #far: FarScanner | undefined;
  #farScanner: Scanner | undefined;

  /** `new GuardrailStage(checks, config?, { contentKey }?)`, or everything in one record. Throws `InvalidOptionError`. */
  constructor(checks: readonly GuardrailCheck[] | GuardrailStageInit, config?: GuardrailConfig | GuardrailConfigInit, options: GuardrailStageOptions = {}) {
    const init: GuardrailStageInit = Array.isArray(checks) ? { ...options, checks: checks as readonly GuardrailCheck[], ...(config === undefined ? {} : { config }) } : (checks as GuardrailStageInit);
    if (typeof init !== 'object' || init === null) throw new InvalidOptionError('GuardrailStage.checks', init, 'a list of checks, each with a check method');
    refuseUnknownOptions('GuardrailStage', init, ['checks', 'config', 'contentKey', 'actions', 'far', 'name']);
    if (!Array.isArray(init.checks) || !init.checks.every((check) => typeof (check as { check?: unknown } | null)?.check === 'function')) throw new InvalidOptionError('GuardrailStage.checks', init.checks, 'a list of checks, each with a check method');
    this.checks = Object.freeze([...(init.checks as readonly GuardrailCheck[])]);
    this.config = init.config instanceof GuardrailConfig ? init.config : new GuardrailConfig(init.config);
    this.contentKey = init.contentKey ?? null;
    this.name = requireName('GuardrailStage.name', init.name ?? 'guardrail');
    this.#actions = init.actions ?? {};
    this.#far = init.far;
  }

  /** Checks the text of the turn, or guards the live input where there is one. */
  readonly execute = (ctx: StageContext): Promise<Settled> => (ctx.input === closedReader ? this.#settled(ctx) : this.#live(ctx));

  /** Frees what a far scanner holds for this stage. May be called more than once. */
  close(): void {
    this.#farScanner?.close();
    this.#farScanner = undefined;
  }

  async #settled(ctx: StageContext): Promise<Settled> {
    const content = this.contentKey === null ? ctx.inputs.userText : ctx.inputs.get(this.contentKey as never);
    if (typeof content !== 'string' || content === '') return StageOutput.skip('No content to check');
    const found: PolicyViolation[] = [];
    let current = content;
    let reading: Promise<Reading> | undefined;
    for (const check of this.checks) {
      const budget = new CheckBudget(ctx.clock, this.config.budgetMs, current.length);
      const result = await this.#run(ctx, check, async () => {
        if (!isRuleCheck(check)) return budget.spend(() => (check.checkAsync === undefined ? check.check(current, whoOf(ctx)) : check.checkAsync(current, whoOf(ctx), { signal: ctx.signal })));
        const read = await (reading ??= this.#read(current, ctx, budget));
        return budget.spend(() => check.resultAsync(read, check.find(read)));
      });
      const violations = violationsOf(nameOfCheck(check), result);
      this.#report(ctx, nameOfCheck(check), violations);
      found.push(...violations);
      if (this.config.transformContent && result.transformedContent !== null && result.transformedContent !== current) {
        current = result.transformedContent;
        reading = undefined;
      }
    }
    return this.#settle(ctx, found, current !== content ? current : undefined);
  }

  // The budget of the first check pays for the reading.
  #read(content: string, ctx: StageContext, budget: CheckBudget): Promise<Reading> {
    const checks = this.checks.filter(isRuleCheck);
    if (this.#far === undefined) {
      const scanner = warmScanner(checks);
      return Promise.resolve(budget.spend(() => Reading.of(content, scanner)));
    }
    this.#farScanner ??= createScanner(mergeRules(checks.map((check) => check.rules)), { far: this.#far });
    return Reading.ofAsync(content, this.#farScanner, { signal: ctx.signal });
  }

  /** Runs one check; what it throws fails the stage, or counts as a violation where the configuration fails open. */
  async #run(ctx: StageContext, check: GuardrailCheck, judge: () => Promise<GuardrailResult> | GuardrailResult): Promise<Pick<GuardrailResult, 'passed' | 'violations' | 'transformedContent'>> {
    try {
      ctx.raiseIfCancelled();
      return await judge();
    } catch (error) {
      ctx.raiseIfCancelled();
      if (this.config.onError === 'closed') throw new GuardrailCheckError(nameOfCheck(check), error);
      const violation = new PolicyViolation({ type: ViolationType.CUSTOM, message: 'A check failed', severity: 1, metadata: { check: nameOfCheck(check), error_code: SluiceError.isInstance(error) ? error.code : 'CHECK_FAILED' } });
      this.#failOpen(ctx, [violation]);
      return { passed: true, violations: [], transformedContent: null }; // let through, with the audit event
    }
  }

  #report(ctx: StageContext, check: string, violations: readonly PolicyViolation[]): void {
    const counted = violations.filter(({ severity }) => severity >= this.config.violationThreshold);
    if (this.config.logViolations && counted.length > 0) ctx.tryEmitEvent('guardrail.violations_detected', { violations: counted.map((violation) => violation.toDict()), check });
  }

  #settle(ctx: StageContext, found: readonly PolicyViolation[], transformed: string | undefined): Settled {
    const { config } = this;
    const reported = found.filter(({ severity }) => severity >= config.violationThreshold);
    const counted = reported.filter(({ metadata }) => !(config.onRedacted === 'pass' && config.transformContent && metadata['redacted'] === true));
    const data: GuardrailData & Data = {
      guardrailPassed: counted.length === 0,
      violations: reported.map((violation) => violation.toDict()),
      checksRun: this.checks.length,
      ...(transformed === undefined ? {} : { transformedContent: transformed }),
    };
    if (counted.length === 0) return StageOutput.ok(data);
    if (config.failOnViolation) {
      // what a live guard's policy only reports has been released, and does not fail the stage afterwards
      const failing = counted.filter(({ metadata }) => metadata['stream_action'] !== 'log');
      return failing.length === 0 ? StageOutput.ok(data) : StageOutput.fail(`Guardrail violations: ${failing.length} found`, data);
    }
    this.#failOpen(ctx, counted);
    return StageOutput.ok(data);
  }

  // The audit trail of every violation that was let through; without a sink it goes to the log.
  #failOpen(ctx: StageContext, counted: readonly PolicyViolation[]): void {
    const payload = {
      stage: ctx.stageName === '' ? this.name : ctx.stageName,
      pipeline_run_id: ctx.pipelineRunId,
      request_id: ctx.requestId,
      execution_mode: ctx.executionMode,
      violation_count: counted.length,
      fail_on_violation: false as const,
      violations: counted.map((violation) => violation.toDict()),
    };
    if (ctx.eventSink === noopSink) console.warn(`sluice: guardrail.fail_open ${JSON.stringify(payload)}`);
    else ctx.tryEmitEvent('guardrail.fail_open', payload);
  }

  async #live(ctx: StageContext): Promise<Settled> {
    const guard = new LiveGuard({ checks: this.checks, config: this.config, actions: this.#actions, who: whoOf(ctx), clock: ctx.clock, signal: ctx.signal, ...(this.#far === undefined ? {} : { far: this.#far }) });
    const found: PolicyViolation[] = [];
    let given = '';
    let passed = '';
    let sequence = 0;
    let open = true;
    const take = async (step: LiveStep, like?: StreamElement): Promise<void> => {
      found.push(...step.violations);
      passed += step.safe;
      for (const [check, violations] of step.byCheck()) this.#report(ctx, check, violations);
      if (step.safe !== '') await ctx.output.write(textElement(step.safe, { ...(like?.turnId === undefined ? {} : { turnId: like.turnId }), source: ctx.stageName, sequence: sequence++, timestampMs: ctx.clock.epochMs() }));
      open = !step.blocked;
    };
    try {
      await take(await guard.start());
      while (open) {
        const element = ctx.input.tryRead() ?? (await ctx.input.read());
        if (element === undefined) break;
        if (element.type === 'text') {
          given += element.text;
          await take(await guard.push(element.text), element);
        } else {
          // what ends a turn comes behind all of its text; everything else does not wait for text that is held back
          if (element.type === 'endOfStream' || element.type === 'endOfTurn') await take(await guard.endTurn(), element);
          if (open) await ctx.output.write(element);
        }
      }
      if (open) await take(await guard.endTurn());
    } catch (error) {
      ctx.raiseIfCancelled();
      await this.#interrupt(ctx);
      throw error instanceof GuardrailCheckError ? error : new GuardrailCheckError(this.name, error);
    } finally {
      guard.close();
    }
    if (!open) await this.#interrupt(ctx);
    return this.#settle(ctx, found, given === passed ? undefined : passed);
  }

  async #interrupt(ctx: StageContext): Promise<void> {
    ctx.input.cancel('guardrail_violation');
    await ctx.output.write(interruptElement('guardrail_violation', { source: ctx.stageName, timestampMs: ctx.clock.epochMs() }));
  }
}

function whoOf(ctx: StageContext): Data {
  return { user_id: ctx.userId, session_id: ctx.sessionId };
}
