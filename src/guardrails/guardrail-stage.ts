/**
 * The stage that guards a turn. With settled dependencies it checks the text of the turn (or another
 * output, by key) before anything reads it; with a live input it stands between a model and the voice,
 * lets safe text pass as soon as it is safe, and ends the stream where a finding demands it.
 *
 * It fails closed: a check that throws fails the stage.
 */
import type { Data } from '../base/data.js';
import { SluiceError } from '../base/errors.js';
import { InvalidOptionError, refuseUnknownOptions } from '../base/option.js';
import { noopSink } from '../event/sink.js';
import type { StageContext } from '../stage/context.js';
import { StageKind } from '../stage/kind.js';
import { StageOutput, type StageReturn } from '../stage/output.js';
import type { Stage } from '../stage/stage.js';
import { interruptElement, textElement, type StreamElement } from '../stream/element.js';
import { closedReader } from '../stream/null-ends.js';
import { isRuleCheck, type GuardrailCheck } from './check.js';
import { GuardrailConfig } from './config.js';
import { Reading } from './reading.js';
import type { GuardrailResult } from './result.js';
import { mergeRules, sharedScanner } from './shared-scanner.js';
import { StreamGuard, type StreamGuardOptions, type StreamGuardStep } from './stream-guard.js';
import type { PolicyViolation } from './violation.js';

/** Options of {@link GuardrailStage}. */
export interface GuardrailStageOptions {
  /** Key of an upstream output to check instead of the text of the turn. @default null */
  readonly contentKey?: string | null;
  /** What a live guard does with a finding; see {@link StreamGuard}. */
  readonly actions?: NonNullable<StreamGuardOptions['actions']>;
  /** @default 'guardrail' */
  readonly name?: string;
}

/** Keyword form: everything in one record. */
export interface GuardrailStageInit extends GuardrailStageOptions {
  readonly checks: readonly GuardrailCheck[];
  readonly config?: GuardrailConfig;
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
  /** Name of the check. */
  readonly check: string;

  constructor(check: string, cause: unknown) {
    super(`The check '${check}' failed, so the text was not judged and the guard lets nothing pass. See \`cause\`.`, { code: 'GUARDRAIL_CHECK_FAILED', cause });
    this.check = check;
  }
}

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
  readonly #actions: NonNullable<StreamGuardOptions['actions']>;

  /** `new GuardrailStage(checks, config?, { contentKey }?)`, or everything in one record. Throws `InvalidOptionError`. */
  constructor(checks: readonly GuardrailCheck[] | GuardrailStageInit, config?: GuardrailConfig, options: GuardrailStageOptions = {}) {
    const init: GuardrailStageInit = Array.isArray(checks) ? { checks: checks as readonly GuardrailCheck[], ...(config === undefined ? {} : { config }), ...options } : (checks as GuardrailStageInit);
    refuseUnknownOptions('GuardrailStage', init, ['checks', 'config', 'contentKey', 'actions', 'name']);
    if (!Array.isArray(init.checks) || !init.checks.every((check) => typeof (check as { check?: unknown } | null)?.check === 'function')) throw new InvalidOptionError('GuardrailStage.checks', init.checks, 'a list of checks, each with a check method');
    this.checks = Object.freeze([...init.checks]);
    this.config = init.config instanceof GuardrailConfig ? init.config : new GuardrailConfig(init.config);
    this.contentKey = init.contentKey ?? null;
    this.name = init.name ?? 'guardrail';
    this.#actions = init.actions ?? {};
  }

  /** Checks the text of the turn, or guards the live input where there is one. */
  readonly execute = (ctx: StageContext): Promise<StageReturn<GuardrailData & Data>> => (ctx.input === closedReader ? this.#settled(ctx) : this.#live(ctx));

  async #settled(ctx: StageContext): Promise<StageReturn<GuardrailData & Data>> {
    const content = this.contentKey === null ? ctx.inputs.userText : ctx.inputs.get(this.contentKey as never);
    if (typeof content !== 'string' || content === '') return StageOutput.skip('No content to check');
    const who: Data = { user_id: ctx.userId, session_id: ctx.sessionId };
    const found: PolicyViolation[] = [];
    let current = content;
    let reading: Reading | undefined;
    for (const check of this.checks) {
      const result = await this.#run(check, current, who, ctx, () => (reading ??= this.#read(current)));
      this.#report(ctx, check, result);
      found.push(...result.violations);
      if (this.config.transformContent && result.transformedContent !== null && result.transformedContent !== current) {
        current = result.transformedContent;
        reading = undefined;
      }
    }
    return this.#settle(ctx, found, current !== content ? current : undefined);
  }

  #read(content: string): Reading {
    return Reading.of(content, sharedScanner(mergeRules(this.checks.filter(isRuleCheck).map(({ rules }) => rules))));
  }

  async #run(check: GuardrailCheck, content: string, who: Data, ctx: StageContext, reading: () => Reading): Promise<GuardrailResult> {
    try {
      ctx.raiseIfCancelled();
      if (isRuleCheck(check)) {
        const read = reading();
        return await check.resultAsync(read, check.find(read));
      }
      return await (check.checkAsync === undefined ? check.check(content, who) : check.checkAsync(content, who, { signal: ctx.signal }));
    } catch (error) {
      ctx.raiseIfCancelled();
      throw new GuardrailCheckError(nameOf(check), error);
    }
  }

  #report(ctx: StageContext, check: GuardrailCheck, result: GuardrailResult): void {
    const counted = result.violations.filter((violation) => violation.severity >= this.config.violationThreshold);
    if (this.config.logViolations && counted.length > 0) ctx.tryEmitEvent('guardrail.violations_detected', { violations: counted.map((violation) => violation.toDict()), check: nameOf(check) });
  }

  #settle(ctx: StageContext, found: readonly PolicyViolation[], transformed: string | undefined): StageReturn<GuardrailData & Data> {
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
    if (config.failOnViolation) return StageOutput.fail(`Guardrail violations: ${counted.length} found`, data);
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

  async #live(ctx: StageContext): Promise<StageReturn<GuardrailData & Data>> {
    const live = new LiveText();
    let guard = this.#guard();
    let open = true;
    const take = async (step: StreamGuardStep, like?: StreamElement): Promise<boolean> => {
      live.add(step);
      if (this.config.logViolations && step.violations.length > 0) ctx.tryEmitEvent('guardrail.violations_detected', { violations: step.violations.map((violation) => violation.toDict()), check: this.name });
      if (step.safe !== '') await ctx.output.write(textElement(step.safe, { ...(like?.turnId === undefined ? {} : { turnId: like.turnId }), source: ctx.stageName, sequence: live.sequence++ }));
      return !step.blocked;
    };
    try {
      while (open) {
        const element = ctx.input.tryRead() ?? (await ctx.input.read());
        if (element === undefined) break;
        if (element.type === 'text') {
          live.given += element.text;
          open = await take(guard.push(element.text), element);
        } else if (element.type === 'endOfStream' || element.type === 'endOfTurn') {
          open = await take(guard.flush(), element);
          guard = this.#guard();
          if (open) await ctx.output.write(element);
        } else {
          await ctx.output.write(element);
        }
      }
      if (open) open = await take(guard.flush());
    } catch (error) {
      ctx.raiseIfCancelled();
      await this.#interrupt(ctx);
      throw new GuardrailCheckError(this.name, error);
    }
    if (!open) await this.#interrupt(ctx);
    return this.#settle(ctx, live.found, live.given === live.passed ? undefined : live.passed);
  }

  #guard(): StreamGuard {
    const { failOnViolation } = this.config;
    return new StreamGuard({ checks: this.checks, actions: failOnViolation ? this.#actions : { ...OPEN_ACTIONS, ...this.#actions } });
  }

  async #interrupt(ctx: StageContext): Promise<void> {
    await ctx.output.write(interruptElement('guardrail_violation', { source: ctx.stageName }));
    ctx.input.cancel('guardrail_violation');
  }
}

/** What has gone through a live guard. */
class LiveText {
  readonly found: PolicyViolation[] = [];
  given = '';
  passed = '';
  sequence = 0;

  add(step: StreamGuardStep): void {
    this.found.push(...step.violations);
    this.passed += step.safe;
  }
}

// A guard that must not fail does not end a stream either: what it would block, it hides.
const OPEN_ACTIONS: NonNullable<StreamGuardOptions['actions']> = { toxicity: 'mask', blocked_topic: 'mask', injection_attempt: 'log', slur: 'mask', custom: 'log' };

function nameOf(check: GuardrailCheck): string {
  return check.name ?? (check.constructor === Object ? 'check' : check.constructor.name);
}
