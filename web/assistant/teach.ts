/** Teaching the recogniser a word: type it, say it three times. */
import { byId } from './dom.js';
import type { OpenSession } from './session.js';

/** Wires the form; `current` gives the session whose recogniser learns. */
export function setUpTeaching(current: () => OpenSession): void {
  const box = byId<HTMLInputElement>('teach-word');
  const button = byId<HTMLButtonElement>('teach-record');
  const state = byId('teach-state');
  const show = (count: number): void => {
    button.textContent = `Say it (${count + 1} of 3)`;
  };
  let samples = 0;
  button.addEventListener('click', async () => {
    const word = box.value.trim().toLowerCase();
    if (!/^\p{L}+$/u.test(word)) {
      state.textContent = 'Type one word, letters only.';
      box.focus();
      return;
    }
    button.disabled = true;
    state.textContent = 'Say it now…';
    try {
      samples = await current().teach(word);
      state.textContent = samples >= 3 ? `“${word}” is learned.` : 'Good. Once more.';
      if (samples >= 3) {
        samples = 0;
        box.value = '';
      }
    } catch (error) {
      state.textContent = error instanceof Error ? error.message : 'That was not heard. Try again.';
    } finally {
      button.disabled = false;
      show(samples);
    }
  });
  box.addEventListener('input', () => {
    samples = 0;
    show(0);
  });
}
