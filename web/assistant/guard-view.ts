/**
 * What the guards found in the turn: what kind of thing, at which characters, in which reading of the text, how serious,
 * and how long they took. Never the text itself, which no event carries.
 */
import type { EventSink, PipelineEvent } from 'sluice';
import type { StageTiming } from 'sluice/voice';
import { byId, make } from './dom.js';

/** The view. */
export interface GuardView {
  /** Hears the guards' events. */
  readonly sink: EventSink;
  /** A turn of the user's has ended. */
  settle(stages: Readonly<Record<string, StageTiming>>): void;
}

interface Found {
  readonly type?: unknown;
  readonly severity?: unknown;
  readonly location?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Wires the view. It shows one run: what was found in it stays until something is found in another, or that has ended. */
export function createGuardView(): GuardView {
  const table = byId<HTMLTableElement>('guard-table');
  const rows = byId('guard-found');
  const summary = byId('guard-summary');
  let shownRun: unknown;
  let isOver = false;
  const clear = (): void => {
    rows.replaceChildren();
    table.hidden = true;
    summary.textContent = '';
  };
  const hear = ({ type, data }: PipelineEvent): void => {
    if (type !== 'guardrail.violations_detected' || !Array.isArray(data['violations'])) return;
    if (data['pipeline_run_id'] !== shownRun) clear();
    shownRun = data['pipeline_run_id'];
    isOver = false;
    rows.append(...(data['violations'] as readonly Found[]).map(row));
    table.hidden = false;
  };
  return {
    sink: {
      tryEmit: hear,
      emit: (event) => Promise.resolve(hear(event)),
    },
    settle({ guard_input: guard }) {
      if (isOver) clear(); // what is shown is of a turn before
      isOver = true;
      const took = guard === undefined ? 'Your words were not checked.' : `Your words were checked within ${guard.durationMs.toFixed(1)} ms.`;
      summary.textContent = rows.childElementCount === 0 ? `${took} Nothing was found.` : took;
    },
  };
}

function row({ type, severity, location, metadata = {} }: Found): HTMLElement {
  const line = make('tr');
  const kind = String(metadata['pii_type'] ?? metadata['category'] ?? type).replaceAll('_', ' ');
  const place = Array.isArray(location) ? `${String(location[0])}–${String(location[1])}` : 'the whole';
  const cells = [kind, place, metadata['via'] === undefined ? 'as written' : String(metadata['via']), typeof severity === 'number' ? severity.toFixed(2) : ''];
  line.append(...cells.map((text) => make('td', { text })));
  return line;
}
