/** Engines that need no download: command recognition, a formant voice, and an assistant with tools. */
export { CommandRecognizer, TooManyWordsError, type CommandRecognizerOptions } from './offline/command-recognizer.js';
export { FormantVoice, type FormantVoiceOptions, type FormantVoiceName } from './offline/formant-voice.js';
export { OfflineAgent, type OfflineAgentOptions, type OfflineToolEntry } from './offline/offline-agent.js';
export type { Clip, ClipStore } from './offline/note-book.js';
