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
  for (const { feature, what, stillWorks } of support.missing) {
    if (feature !== 'sharedArrayBuffer') notify(feature, 'This browser does not have everything.', `Missing: ${what}. Still works: ${stillWorks}.`);
  }
}
