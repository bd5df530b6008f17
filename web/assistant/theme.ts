/** Light and dark: the system's choice until the user makes one. */
import { byId } from './dom.js';

const KEY = 'sluice.theme';

/** Applies the theme and wires its button. `onChange` is told when colours have changed. */
export function setUpTheme(onChange: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.documentElement.dataset['theme'] = read() ?? (system.matches ? 'dark' : 'light');
    onChange();
  };
  system.addEventListener('change', apply);
  byId('theme').addEventListener('click', () => {
    const next = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, next);
    } catch {
      document.documentElement.dataset['theme'] = next; // storage is off: the choice holds until the page is left
      onChange();
      return;
    }
    apply();
  });
  apply();
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is off: the system's choice holds
  }
}
