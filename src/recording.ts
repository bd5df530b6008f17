/** Recording of a voice session: both tracks on one clock, into a file, and what was said with times. */
export { ConversationRecorder, type ConversationRecorderOptions, type Recording, type RecordedTurn } from './recording/conversation-recorder.js';
export { memorySink, fileSink, streamSink, RecordingSinkFullError, type MemorySink, type RecordingSink, type WritableFile } from './recording/recording-sink.js';
export { wavEncoder, type RecordingEncoder, type RecordingEncoderFactory } from './recording/recording-encoder.js';
export { transcriptToDict, transcriptToWebVtt, type TranscriptSegment, type TranscriptWord } from './recording/transcript.js';
export type { RedactionChoice } from './recording/utterances.js';
