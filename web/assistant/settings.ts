/** What the user has chosen; kept in this browser. */
import type { InterruptionStrategy } from 'sluice/voice';
import { byId } from './dom.js';

/** The choices. */
export interface Settings {
  readonly stt: string;
  readonly tts: string;
  readonly redact: boolean;
  readonly injection: boolean;
  readonly profanity: boolean;
  readonly output: boolean;
  readonly interruption: InterruptionStrategy;
  readonly pace: 'quick' | 'patient';
}

const KEY = 'sluice.settings';

/** Shows what was chosen before, and calls `onChange` with every new choice. Returns the choices. */
export function setUpSettings(onChange: (settings: Settings) => void): Settings {
  const form = byId<HTMLFormElement>('settings');
  restore(form);
  form.addEventListener('change', () => {
    const settings = readForm(form);
    try {
      localStorage.setItem(KEY, JSON.stringify(settings));
    } catch {
      form.dataset['kept'] = 'no'; // storage is off: the choice holds until the page is left
    }
    onChange(settings);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  return readForm(form);
}

/** Offers another engine. */
export function offerEngine(kind: 'stt' | 'tts', value: string, label: string): void {
  const select = byId<HTMLFormElement>('settings').elements.namedItem(kind) as HTMLSelectElement;
  if ([...select.options].some((option) => option.value === value)) return;
  select.append(new Option(label, value));
  if (stored()[kind] === value) select.value = value;
}

function readForm(form: HTMLFormElement): Settings {
  const data = new FormData(form);
  const on = (name: string): boolean => data.get(name) === 'on';
  const one = <T extends string>(name: string, values: readonly [T, ...T[]]): T => values.find((value) => value === data.get(name)) ?? values[0];
  return { stt: String(data.get('stt')), tts: String(data.get('tts')), redact: on('redact'), injection: on('injection'), profanity: on('profanity'), output: on('output'), interruption: one('interruption', ['immediate', 'deferred', 'ignore']), pace: one('pace', ['quick', 'patient']) };
}

function restore(form: HTMLFormElement): void {
  for (const [name, value] of Object.entries(stored())) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement && typeof value === 'boolean') control.checked = value;
    if (control instanceof HTMLSelectElement && [...control.options].some((option) => option.value === value)) control.value = String(value);
  }
}

function stored(): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
  } catch {
    return {}; // storage is off or holds something else: the defaults hold
  }
}
