/** Speech is what is said while a button is held: `setMode('hold')`, and `hold` and `release` around it. */
import { connectWorkers, createMicrophone, createSpeaker } from 'sluice/browser';
import { CommandRecognizer, FormantVoice, OfflineAgent } from 'sluice/offline';
import { createVoiceSession, type VoiceSession } from 'sluice/voice';

export function pushToTalk(): VoiceSession {
  const speaker = createSpeaker();
  const session = createVoiceSession({
    input: createMicrophone({ workers: connectWorkers(), speaker }),
    output: speaker,
    stt: new CommandRecognizer(),
    llm: new OfflineAgent(),
    tts: new FormantVoice(),
  });
  session.setMode('hold');
  return session;
}

/** Wires a button: pointer and space bar, and every way in which a hold ends without a release. */
export function holdButton(button: HTMLElement, session: VoiceSession, onError: (error: Error) => void): void {
  let started: Promise<void> | undefined;
  let held = false;
  const hold = (): void => {
    if (held) return;
    held = true;
    button.setAttribute('aria-pressed', 'true');
    // The first hold opens the microphone; what is said before it is open is not heard.
    started ??= session.start();
    started.then(() => {
      if (held) session.hold();
    }, (error: Error) => {
      started = undefined;
      release();
      onError(error);
    });
  };
  const release = (): void => {
    if (!held) return;
    held = false;
    button.setAttribute('aria-pressed', 'false');
    session.release();
  };
  button.addEventListener('pointerdown', (event) => {
    button.setPointerCapture(event.pointerId);
    hold();
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) button.addEventListener(end, release);
  button.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    hold();
  });
  button.addEventListener('keyup', release);
  button.addEventListener('blur', release);
}
