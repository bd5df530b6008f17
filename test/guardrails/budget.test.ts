import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.js';
import { InvalidOptionError } from '../../src/base/option.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import type { PipelineEvent } from '../../src/event/event.js';
import { BUDGET_MS, CheckBudget, CheckBudgetError } from '../../src/guardrails/budget.js';
import type { GuardrailCheck } from '../../src/guardrails/check.js';
import { GuardrailConfig } from '../../src/guardrails/config.js';
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { GuardrailStage } from '../../src/guardrails/guardrail-stage.js';
import { PIIDetector } from '../../src/guardrails/pii-detector.js';
import type { Reading } from '../../src/guardrails/reading.js';
import { GuardrailResult } from '../../src/guardrails/result.js';
import { createStageContext } from '../../src/stage/context.js';
import type { StageOutput } from '../../src/stage/output.js';
import { Channel } from '../../src/stream/channel.js';
import { textElement, type StreamElement } from '../../src/stream/element.js';

/** Time that passes only where `pass` is called. */
class WorkClock implements Clock {
  #nowMs = 1000;
  now = (): number => this.#nowMs;
  epochMs = (): number => this.#nowMs;
  after = (): (() => void) => () => undefined;
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A detector whose judgement takes `ms`. */
function slowDetector(clock: WorkClock, ms: number): PIIDetector {
  return new (class extends PIIDetector {
    override find(reading: Reading): ReturnType<PIIDetector['find']> {
      clock.pass(ms);
      return super.find(reading);
    }
  })();
}

function slowCheck(clock: WorkClock, ms: number): GuardrailCheck {
  return {
    name: 'slow',
    check: () => {
      clock.pass(ms);
      return new GuardrailResult({ passed: true });
    },
  };
}

function contextOf(text: string, clock: Clock, more: Record<string, unknown> = {}): { readonly ctx: ReturnType<typeof createStageContext>; readonly events: PipelineEvent[] } {
  const events: PipelineEvent[] = [];
  const eventSink = { emit: () => Promise.resolve(), tryEmit: (event: PipelineEvent) => void events.push(event) };
  return { ctx: createStageContext({ snapshot: new ContextSnapshot({ inputText: text }), stageName: 'guard', clock, eventSink, ...more }), events };
}

describe('CheckBudget', () => {
  it('adds up what is spent, and allows the last millisecond', () => {
    const clock = new WorkClock();
    const budget = new CheckBudget(clock, 50, 10);
    expect(budget.spend(() => (clock.pass(30), 'first'))).toBe('first');
    expect(budget.spend(() => (clock.pass(20), 'second'))).toBe('second');
    expect(() => budget.spend(() => clock.pass(1))).toThrow(CheckBudgetError);
  });

  it('gives a long text proportionally more', () => {
    const clock = new WorkClock();
    new CheckBudget(clock, 50, 65_536).spend(() => clock.pass(200));
    expect(() => new CheckBudget(clock, 50, 65_536).spend(() => clock.pass(201))).toThrow(CheckBudgetError);
    expect(() => new CheckBudget(clock, 50, 16_384).spend(() => clock.pass(51))).toThrow(CheckBudgetError);
  });

  it('does not count what is waited for', async () => {
    const clock = new WorkClock();
    let answer: (value: string) => void = () => undefined;
    const waiting = new CheckBudget(clock, 50, 10).spend(() => new Promise<string>((resolve) => (answer = resolve)));
    clock.pass(10_000);
    answer('late');
    expect(await waiting).toBe('late');
  });

  it('lets through what the work throws', () => {
    const clock = new WorkClock();
    expect(() =>
      new CheckBudget(clock, 50, 10).spend(() => {
        clock.pass(100);
        throw new RangeError('its own');
      }),
    ).toThrow(RangeError);
  });
});

describe('GuardrailConfig.budgetMs', () => {
  it('is half a second unless set', () => {
    expect([new GuardrailConfig().budgetMs, BUDGET_MS, new GuardrailConfig({ budgetMs: 200 }).budgetMs]).toEqual([500, 500, 200]);
  });

  it.each([0, -1, Number.NaN, Infinity, '50'])('refuses %s', (budgetMs) => {
    expect(() => new GuardrailConfig({ budgetMs: budgetMs as never })).toThrow(InvalidOptionError);
  });
});

describe('GuardrailStage and the budget', () => {
  it('fails closed where a detector takes longer than it may, although it found nothing', async () => {
    const clock = new WorkClock();
    const { ctx, events } = contextOf('nothing to see', clock);
    await expect(new GuardrailStage([slowDetector(clock, 501)], { failOnViolation: false }).execute(ctx)).rejects.toMatchObject({ code: 'GUARDRAIL_CHECK_FAILED', check: 'PIIDetector', cause: { code: 'CHECK_BUDGET_EXCEEDED' } });
    expect(events).toEqual([]);
  });

  it('passes at the budget, and each check has its own', async () => {
    const clock = new WorkClock();
    const stage = new GuardrailStage([slowDetector(clock, 500), slowCheck(clock, 500), new ContentFilter()]);
    expect(((await stage.execute(contextOf('nothing to see', clock).ctx)) as StageOutput).status).toBe('ok');
  });

  it('fails for anybody’s check as for the built-in ones, and takes the configured budget', async () => {
    const clock = new WorkClock();
    await expect(new GuardrailStage([slowCheck(clock, 501)]).execute(contextOf('x', clock).ctx)).rejects.toMatchObject({ check: 'slow', cause: { code: 'CHECK_BUDGET_EXCEEDED' } });
    expect(((await new GuardrailStage([slowCheck(clock, 501)], { budgetMs: 600 }).execute(contextOf('x', clock).ctx)) as StageOutput).status).toBe('ok');
  });

  it('opens only where it is told so, with the audit event that names the cause and no text', async () => {
    const clock = new WorkClock();
    const { ctx, events } = contextOf('mail jane@example.com', clock);
    const output = (await new GuardrailStage([slowDetector(clock, 501)], { onError: 'open' }).execute(ctx)) as StageOutput;
    expect(output.status).toBe('ok');
    expect(events).toMatchObject([{ type: 'guardrail.fail_open', data: { violations: [{ metadata: { check: 'PIIDetector', error_code: 'CHECK_BUDGET_EXCEEDED' } }] } }]);
    expect(JSON.stringify(events)).not.toContain('jane');
  });

  it('ends a live text before anything of the slow piece is released', async () => {
    const clock = new WorkClock();
    const input = new Channel<StreamElement>({ capacity: 10 });
    const out = new Channel<StreamElement>({ capacity: 10 });
    input.tryWrite(textElement('One sentence. Another one follows here. '));
    input.close();
    await expect(new GuardrailStage([slowDetector(clock, 501)]).execute(contextOf('q', clock, { input, output: out }).ctx)).rejects.toMatchObject({ code: 'GUARDRAIL_CHECK_FAILED', cause: { code: 'CHECK_BUDGET_EXCEEDED' } });
    expect(await out.read()).toMatchObject({ type: 'interrupt' });
  });

  it('holds checks of whole texts to it in a live text too', async () => {
    const clock = new WorkClock();
    const input = new Channel<StreamElement>({ capacity: 10 });
    const out = new Channel<StreamElement>({ capacity: 10 });
    input.tryWrite(textElement('One sentence. '));
    input.close();
    await expect(new GuardrailStage([slowCheck(clock, 501)]).execute(contextOf('q', clock, { input, output: out }).ctx)).rejects.toMatchObject({ cause: { code: 'CHECK_BUDGET_EXCEEDED' } });
    expect(await out.read()).toMatchObject({ type: 'interrupt' });
  });
});
