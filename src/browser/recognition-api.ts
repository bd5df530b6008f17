/** The parts of the Web Speech API that the type libraries do not have yet; names are the standard's. */

/** How well a language is served, see `SpeechRecognition.available`. */
export type RecognitionAvailability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** A recognition in the browser. */
export interface BrowserRecognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  maxAlternatives: number;
  processLocally?: boolean;
  phrases?: unknown;
  onresult: ((event: RecognitionResultEvent) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onspeechstart: (() => void) | null;
  onend: (() => void) | null;
  start(track?: MediaStreamTrack): void;
  stop(): void;
  abort(): void;
}

/** What `onresult` gets. */
export interface RecognitionResultEvent {
  readonly resultIndex: number;
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string; readonly confidence: number }> & { readonly isFinal: boolean }>;
}

/** Constructor of {@link BrowserRecognition}, with what is asked of the class. */
export interface RecognitionConstructor {
  new (): BrowserRecognition;
  available?(options: { readonly langs: readonly string[]; readonly processLocally: boolean }): Promise<RecognitionAvailability>;
  install?(options: { readonly langs: readonly string[]; readonly processLocally: boolean }): Promise<boolean>;
}

/** The browser's own, under either of its names. */
export function browserRecognition(): RecognitionConstructor | undefined {
  const scope = globalThis as { SpeechRecognition?: RecognitionConstructor; webkitSpeechRecognition?: RecognitionConstructor };
  return scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
}
