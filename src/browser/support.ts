/**
 * What this browser and this page can do, found by trying: an interface that is there and refused by
 * policy or a private window counts as missing. What is missing comes in words for a page, with what
 * still works.
 */
import { sleep, systemClock, type Clock } from '../base/clock.js';

/** A feature that {@link detectSupport} looks at. */
export type SupportedFeature = 'wasm' | 'workers' | 'audioWorklet' | 'sharedArrayBuffer' | 'indexedDB' | 'microphone' | 'speechRecognition' | 'speechSynthesis' | 'languageModel';

/** Something that is missing, in words. */
export interface MissingFeature {
  readonly feature: SupportedFeature;
  /** What is missing and what would bring it. */
  readonly what: string;
  /** What works without it. */
  readonly stillWorks: string;
}

/** What this browser can do. */
export interface BrowserSupport extends Readonly<Record<SupportedFeature, boolean>> {
  /** Served over https or from localhost. */
  readonly secureContext: boolean;
  /** What of it is missing and matters for a conversation; the browser's own engines are extras and not listed. */
  readonly missing: readonly MissingFeature[];
}

// The smallest module with a SIMD instruction in it: () -> v128 { i8x16.splat(0) }.
const SIMD_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);
// Voices come after an event in most engines; a browser without any never sends it.
const VOICES_MS = 300;
// A database answers within milliseconds; one that another tab blocks may never.
const DATABASE_MS = 1000;
const PROBE = 'sluice-probe';

const WORDS: Readonly<Partial<Record<SupportedFeature, Omit<MissingFeature, 'feature'>>>> = {
  wasm: { what: 'WebAssembly with SIMD: it takes Chrome 91, Firefox 114 or Safari 16.4, and a content security policy with script-src ’wasm-unsafe-eval’', stillWorks: 'typing, the guards and memory' },
  workers: { what: 'workers', stillWorks: 'typing; texts are checked in the page itself' },
  audioWorklet: { what: 'audio worklets: they take a current browser and a secure address (https or localhost)', stillWorks: 'typing, and answers are spoken; listening does not work' },
  sharedArrayBuffer: { what: 'shared memory: the page is not cross-origin isolated', stillWorks: 'everything; samples travel as messages' },
  indexedDB: { what: 'a database: private windows of some browsers have none', stillWorks: 'everything; memory ends with the page' },
  microphone: { what: 'a microphone interface: it takes a secure address (https or localhost)', stillWorks: 'typing, and answers are spoken' },
};

/** Finds out what this browser can do; takes up to a second and opens nothing that stays. */
export async function detectSupport(clock: Clock = systemClock): Promise<BrowserSupport> {
  const [indexedDB, speechSynthesis, languageModel] = await Promise.all([hasDatabase(clock), hasVoices(clock), hasLanguageModel()]);
  const found: Readonly<Record<SupportedFeature, boolean>> = {
    wasm: hasSimd(),
    workers: typeof Worker === 'function',
    audioWorklet: typeof AudioContext === 'function' && typeof AudioWorkletNode === 'function',
    sharedArrayBuffer: typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated === true,
    indexedDB,
    microphone: typeof (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia === 'function',
    speechRecognition: 'SpeechRecognition' in globalThis || 'webkitSpeechRecognition' in globalThis,
    speechSynthesis,
    languageModel,
  };
  const missing = (Object.keys(WORDS) as SupportedFeature[]).flatMap((feature) => {
    const words = WORDS[feature];
    return found[feature] || words === undefined ? [] : [{ feature, ...words }];
  });
  return Object.freeze({ ...found, secureContext: globalThis.isSecureContext === true, missing: Object.freeze(missing) });
}

// Compiling, not validating: a policy refuses only that.
function hasSimd(): boolean {
  try {
    return new WebAssembly.Module(SIMD_MODULE) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

async function hasDatabase(clock: Clock): Promise<boolean> {
  const tried = new Promise<boolean>((resolve) => {
    try {
      const request = indexedDB.open(PROBE);
      request.onerror = () => resolve(false);
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase(PROBE);
        resolve(true);
      };
    } catch {
      resolve(false); // an engine without it, or a page that may not use it
    }
  });
  return within(tried, DATABASE_MS, clock);
}

async function hasVoices(clock: Clock): Promise<boolean> {
  const synthesis = globalThis.speechSynthesis as SpeechSynthesis | undefined;
  if (synthesis === undefined) return false;
  if (synthesis.getVoices().length > 0) return true;
  const changed = new Promise<boolean>((resolve) => synthesis.addEventListener('voiceschanged', () => resolve(true), { once: true }));
  await within(changed, VOICES_MS, clock);
  return synthesis.getVoices().length > 0;
}

async function hasLanguageModel(): Promise<boolean> {
  const model = (globalThis as { LanguageModel?: { availability?(options: object): Promise<string> } }).LanguageModel;
  try {
    // Asked without an output language, Chrome writes a warning into the page's console.
    return model?.availability !== undefined && (await model.availability({ expectedOutputs: [{ type: 'text', languages: ['en'] }] })) !== 'unavailable';
  } catch {
    return false; // refused by the permissions policy
  }
}

async function within(answer: Promise<boolean>, timeoutMs: number, clock: Clock): Promise<boolean> {
  const stop = new AbortController();
  const late = sleep(clock, timeoutMs, stop.signal).then(() => false, () => false);
  const result = await Promise.race([answer, late]);
  stop.abort();
  return result;
}
