/** An assistant that needs no network: everything it is made of is in the page. */
import { connectWorkers, createMicrophone, createSpeaker } from 'sluice/browser';
import { CommandRecognizer, FormantVoice, OfflineAgent } from 'sluice/offline';
import { createVoiceSession, type VoiceSession } from 'sluice/voice';

export function offlineAssistant(): VoiceSession {
  const speaker = createSpeaker();
  return createVoiceSession({
    input: createMicrophone({ workers: connectWorkers(), speaker }),
    output: speaker,
    stt: new CommandRecognizer(),
    llm: new OfflineAgent(),
    tts: new FormantVoice(),
  });
}
