/** Teaching the recogniser a word: type it, say it three times. */
import { byId } from './dom.js';
import type { OpenSession } from './session.js';

/** Wires the form; `current` gives the session whose recogniser learns, `listen` opens the microphone where it is not open. */
export function setUpTeaching(current: () => OpenSession, listen: () => Promise<boolean>): void {
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
    state.textContent = 'Opening the microphone…';
    try {
      if (!(await listen())) throw new Error('Words are taught aloud; the microphone is needed for it.');
      state.textContent = 'Say it now…';
      samples = await current().teach(word);
      state.textContent = samples >= 3 ? `“${word}” is learned.` : 'Good. Once more.';
      if (samples >= 3) {
        samples = 0;
        box.value = '';
      }
    } catch (error) {
      const silent = error instanceof Error && 'code' in error && error.code === 'ABORTED';
      state.textContent = error instanceof Error && !silent ? error.message : 'Nothing was heard. Press the button and say it again.';
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
