/** The engines that can be chosen: those that travel with the page, and the browser's own where it has them. */
import { BrowserRecognizer, BrowserVoice, type BrowserSupport } from 'sluice/browser';
import { CommandRecognizer, FormantVoice } from 'sluice/offline';
import type { SpeakerProvider, STTProvider, TTSProvider } from 'sluice/providers';
import { offerEngine, type Settings } from './settings.js';

const TAUGHT = 'sluice.taught';

/** Offers what this browser has. */
export function offerEngines(support: BrowserSupport): void {
  if (support.speechRecognition) offerEngine('stt', 'browser', 'The browser’s own recognition');
  if (support.speechSynthesis) offerEngine('tts', 'browser', 'The browser’s own voice');
}

/** The recogniser of the settings; the offline one knows the words that were taught before. */
export function recognizerOf(settings: Settings): STTProvider {
  return settings.stt === 'browser' ? new BrowserRecognizer() : new CommandRecognizer({ taught: storedWords() });
}

/** The voice of the settings. */
export function voiceOf(settings: Settings): TTSProvider | SpeakerProvider {
  return settings.tts === 'browser' ? new BrowserVoice() : new FormantVoice();
}

/** Keeps the taught words for the next visit. */
export function storeWords(recognizer: CommandRecognizer): void {
  localStorage.setItem(TAUGHT, JSON.stringify(recognizer.taughtWords()));
}

function storedWords(): readonly Record<string, unknown>[] {
  try {
    return JSON.parse(localStorage.getItem(TAUGHT) ?? '[]') as Record<string, unknown>[];
  } catch {
    return []; // storage is off or holds something else: nothing was taught
  }
}
