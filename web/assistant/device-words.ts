/** What is wrong with the microphone or the loudspeaker, in the words of the person who sits before it. */
const MICROPHONE: Readonly<Record<string, string>> = {
  PERMISSION_DENIED: 'This page was not allowed to use it. Allow the microphone in the browser’s site settings (the icon beside the address), then press the button again.',
  NO_DEVICE: 'No microphone was found. Connect one, then press the button again.',
  DEVICE_BUSY: 'Another program seems to use it. Close that program, then press the button again.',
  INSECURE_PAGE: 'Browsers give a microphone only to pages served from localhost or over https.',
  UNSUPPORTED: 'This browser has no microphone interface.',
  DEVICE_LOST: 'It was unplugged or stopped. Connect it again, then press the button.',
  GESTURE_NEEDED: 'The browser waits for a tap or a key. Press the button again.',
};

const SPEAKER: Readonly<Record<string, string>> = {
  GESTURE_NEEDED: 'The browser waits for a tap or a key, or finds no loudspeaker. Tap the page, or connect one; until then answers are there to be read.',
  DEVICE_LOST: 'The loudspeaker stopped. Load the page again once it is connected; until then answers are there to be read.',
  UNSUPPORTED: 'This browser cannot play sound. Answers are there to be read.',
};

/** Says why an answer was not heard and what to do; `undefined` for an error that is not the loudspeaker's. */
export function speakerWords(error: Error): string | undefined {
  return 'code' in error ? SPEAKER[String(error.code)] : undefined;
}

/** Says what happened and what to do, for an error of `session.start()`. */
export function microphoneWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return MICROPHONE[code] ?? (error instanceof Error ? error.message : 'It could not be opened.');
}
