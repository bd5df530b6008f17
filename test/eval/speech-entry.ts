// What test/eval/speech.mjs measures, loaded as one module graph.
export { acousticModel } from '../../src/speech/acoustic-model.generated.js';
export { CommandMatcher } from '../../src/speech/command-matcher.js';
export { VOCABULARY } from '../../src/speech/vocabulary.js';
export { VoiceSynthesizer, VOICES } from '../../src/speech/voice-synthesizer.js';
