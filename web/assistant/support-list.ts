/** What this browser can do, in words, and a notice for what is missing and what still works. */
import type { BrowserSupport } from 'sluice/browser';
import { byId, make } from './dom.js';
import { notify } from './notices.js';

/** Fills the list and shows the notices. */
export function showSupport(support: BrowserSupport): void {
  const rows: readonly (readonly [boolean, string, string])[] = [
    [support.wasm, 'WebAssembly with SIMD', 'no WebAssembly with SIMD'],
    [support.workers, 'workers', 'no workers'],
    [support.audioWorklet, 'audio worklets', 'no audio worklets'],
    [support.sharedArrayBuffer, 'shared memory', 'no shared memory: samples travel as messages'],
    [support.indexedDB, 'a database for memory', 'no database: memory ends with the page'],
    [support.microphone, 'a microphone interface', 'no microphone interface'],
    [support.speechRecognition, 'its own speech recognition', 'no speech recognition of its own'],
    [support.speechSynthesis, 'its own voices', 'no voices of its own'],
  ];
  byId('support').replaceChildren(...rows.map(([there, yes, no]) => make('li', { text: there ? `✓ ${yes}` : `– ${no}`, className: there ? 'yes' : 'no' })));
  if (!support.wasm) notify('wasm', 'No WebAssembly here.', 'Typing, the guards and memory work. Listening and the page’s own voice need WebAssembly with SIMD (Chrome 91, Firefox 114, Safari 16.4 or later), and a content security policy that allows it: script-src with ’wasm-unsafe-eval’.');
  else if (!support.audioWorklet) notify('worklet', 'No audio worklets here.', 'Typing works and answers are spoken, but this browser cannot listen. Audio worklets need a current browser and a secure address (https or localhost).');
  else if (!support.microphone) notify('microphone', 'No microphone interface here.', 'Typing works and answers are spoken. A microphone needs a secure address (https or localhost).');
}
