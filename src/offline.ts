/** Engines that need no download: command recognition, a formant voice, and an assistant with tools. */
export { CommandRecognizer, TooManyWordsError, type CommandRecognizerOptions } from './offline/command-recognizer.js';
export { FormantVoice, type FormantVoiceOptions, type FormantVoiceName } from './offline/formant-voice.js';
export { OfflineAgent, timerAnnouncement, type OfflineAgentOptions, type OfflineToolEntry } from './offline/offline-agent.js';
export { NOTES_SESSION, type Clip, type ClipStore } from './offline/note-book.js';
export { SPOKEN_NOTE, SPOKEN_NUMBER } from './offline/transcript.js';
export { TimerBook, type Timer } from './offline/timer-book.js';
