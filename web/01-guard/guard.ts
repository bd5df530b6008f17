/** The guard alone: checks what is typed, and shows what each check found. */
import { ContentFilter, InjectionDetector, PIIDetector, type PolicyViolation } from 'sluice/guardrails';
import { byId, make } from '../assistant/dom.js';
import { setUpTheme } from '../assistant/theme.js';

const checks = [new PIIDetector({ redact: true }), new InjectionDetector(), new ContentFilter()] as const;
const box = byId<HTMLTextAreaElement>('text');

function show(): void {
  const text = box.value;
  const results = checks.map((check) => check.check(text));
  const ms = timed(() => checks.forEach((check) => check.check(text)));
  const violations = results.flatMap((result) => result.violations).sort((a, b) => (a.location?.[0] ?? 0) - (b.location?.[0] ?? 0));
  byId('time').textContent = `${violations.length} findings in ${text.length} characters, ${(ms * 1000).toFixed(0)} µs for all checks.`;
  byId('redacted').textContent = results[0]?.transformedContent ?? text;
  mark(text, violations);
  byId('findings').replaceChildren(...violations.map((violation) => row(text, violation)));
}

/** The fastest of a few runs: what the checks cost once their tables are warm. */
function timed(run: () => void): number {
  let best = Infinity;
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    run();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

function mark(text: string, violations: readonly PolicyViolation[]): void {
  const out = byId('marked');
  out.replaceChildren();
  let at = 0;
  for (const { location, type } of violations) {
    if (location === null || location === undefined || location[0] < at) continue;
    const [start, end] = location;
    const found = make('mark', { text: text.slice(start, end) });
    found.dataset['type'] = type;
    out.append(text.slice(at, start), found);
    at = end;
  }
  out.append(text.slice(at));
}

function row(text: string, { type, severity, location, metadata }: PolicyViolation): HTMLElement {
  const line = make('tr');
  const kind = metadata['pii_type'] ?? metadata['category'] ?? type;
  const shown = location === null || location === undefined ? '' : text.slice(...location);
  for (const cell of [String(kind).replaceAll('_', ' '), shown, severity.toFixed(2), String(metadata['via'] === undefined ? 'the text as it is' : `the ${String(metadata['via'])} reading`)]) line.append(make('td', { text: cell }));
  return line;
}

// The theme button belongs to the assistant's page; here the system's or the stored choice holds.
document.body.append(Object.assign(make('button', { className: 'hidden' }), { id: 'theme', tabIndex: -1 }));
setUpTheme(() => undefined);
box.addEventListener('input', show);
show();
