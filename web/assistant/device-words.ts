/** What is wrong with the microphone, in the words of the person who sits before it. */
const WORDS: Readonly<Record<string, string>> = {
  PERMISSION_DENIED: 'This page was not allowed to use it. Allow the microphone in the browser’s site settings (the icon beside the address), then press the button again.',
  NO_DEVICE: 'No microphone was found. Connect one, then press the button again.',
  DEVICE_BUSY: 'Another program seems to use it. Close that program, then press the button again.',
  INSECURE_PAGE: 'Browsers give a microphone only to pages served from localhost or over https.',
  UNSUPPORTED: 'This browser has no microphone interface.',
  DEVICE_LOST: 'It was unplugged or stopped. Connect it again, then press the button.',
  GESTURE_NEEDED: 'No sound comes out: the browser waits for a tap or a key, or finds no loudspeaker. Answers stay readable.',
};

/** Says what happened and what to do, for an error of `session.start()`. */
export function microphoneWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WORDS[code] ?? (error instanceof Error ? error.message : 'It could not be opened.');
}
