/**
 * The conversation as text: what the user said with redacted parts marked, what the assistant says
 * while it says it, and what of an interrupted answer was not heard.
 */
import type { Redaction, TurnReport } from 'sluice/voice';
import { byId, make } from './dom.js';
import { clearHeard, markHeard } from './heard-mark.js';

/** The transcript of the page. */
export interface Transcript {
  /** Shows what the user said, as the guards left it. */
  user(text: string, redactions: readonly Redaction[]): void;
  /** Adds to the answer under way. */
  answer(turnId: string, text: string): void;
  /** Shows how far the answer has been heard. */
  heard(turnId: string, text: string): void;
  /** Completes the answer of a turn. */
  settle(report: TurnReport): void;
  /** Shows something that is neither. */
  system(text: string): void;
  /** Shows an exchange of an earlier visit. */
  remembered(role: string, text: string, interrupted: boolean): void;
  clear(): void;
}

/** Wires the transcript. */
export function createTranscript(): Transcript {
  const list = byId('transcript');
  const answers = new Map<string, HTMLElement>();
  const add = (className: string): HTMLElement => {
    const line = make('li', { className: `line ${className}` });
    list.append(line);
    list.scrollTop = list.scrollHeight;
    return line;
  };
  const answerOf = (turnId: string): HTMLElement => {
    let line = answers.get(turnId);
    if (line === undefined) {
      line = add('assistant');
      line.dataset['turn'] = turnId;
      line.append(make('span', { className: 'text' }));
      answers.set(turnId, line);
    }
    return line;
  };
  return {
    user(text, redactions) {
      const line = add('user');
      if (text === '') line.append(make('em', { text: '(not understood)' }));
      let from = 0;
      for (const { start, end, label } of redactions) {
        line.append(text.slice(from, start));
        const mark = make('mark', { text: text.slice(start, end) });
        mark.title = `hidden: ${label.replaceAll('_', ' ')}`;
        line.append(mark);
        from = end;
      }
      line.append(text.slice(from));
      if (redactions.length > 0) line.append(make('span', { className: 'note', text: `hidden before anything was stored: ${[...new Set(redactions.map(({ label }) => label.replaceAll('_', ' ')))].join(', ')}` }));
    },
    answer(turnId, text) {
      const span = answerOf(turnId).querySelector('.text');
      span?.append(text);
      list.scrollTop = list.scrollHeight;
    },
    heard(turnId, text) {
      const whole = answers.get(turnId)?.querySelector('.text');
      if (whole !== null && whole !== undefined) markHeard(whole, text.length);
    },
    settle(report) {
      const line = answers.get(report.turnId);
      answers.delete(report.turnId);
      clearHeard();
      if (line === undefined || !report.interrupted) return;
      const whole = line.querySelector('.text');
      if (whole === null) return;
      const written = whole.textContent ?? '';
      const heard = written.startsWith(report.spoken) ? report.spoken : written.slice(0, report.spoken.length);
      whole.replaceChildren(heard);
      const lost = written.slice(heard.length);
      if (lost.trim() !== '') whole.append(make('del', { text: lost }));
      line.append(make('span', { className: 'note', text: heard === '' ? 'interrupted before anything was heard' : 'interrupted: only what was heard is remembered' }));
    },
    system(text) {
      add('system').textContent = text;
    },
    remembered(role, text, interrupted) {
      const line = add(role === 'user' ? 'user' : 'assistant');
      line.textContent = text;
      if (interrupted) line.append(make('span', { className: 'note', text: 'was interrupted here' }));
    },
    clear() {
      list.replaceChildren();
      answers.clear();
    },
  };
}
