/**
 * What can be wrong with a microphone or a loudspeaker, one class per thing a page can do about it:
 * ask again, plug something in, use another browser. The browser's own exception is the `cause`.
 */
import { SluiceError } from '../base/errors.js';

/** What failed. */
export type DeviceFailure = 'PERMISSION_DENIED' | 'NO_DEVICE' | 'DEVICE_BUSY' | 'INSECURE_PAGE' | 'UNSUPPORTED' | 'DEVICE_LOST' | 'GESTURE_NEEDED';

const ADVICE: Readonly<Record<DeviceFailure, string>> = {
  PERMISSION_DENIED: 'The user or the page’s permissions policy refused the microphone. Ask the user to allow it in the site settings, and serve the page with `Permissions-Policy: microphone=(self)`.',
  NO_DEVICE: 'No microphone is connected, or none that matches the options. Connect one, or leave out `deviceId`.',
  DEVICE_BUSY: 'The microphone could not be opened because another program holds it or its driver failed. Close the other program and start again.',
  INSECURE_PAGE: 'The browser gives a microphone only to secure pages. Serve the page over https or from localhost.',
  UNSUPPORTED: 'This browser lacks what is needed (getUserMedia, AudioContext). Typed input still works.',
  DEVICE_LOST: 'The device stopped and did not come back. Start again once it is connected.',
  GESTURE_NEEDED: 'The browser keeps audio suspended: until the user acts, or because it finds no loudspeaker. Call start() from a click or key handler, or connect one.',
};

/** A microphone or loudspeaker cannot be used; `code` says why, the message says what to do. */
export class DeviceError extends SluiceError {
  override readonly name: string = 'DeviceError';
  declare readonly code: DeviceFailure;

  constructor(failure: DeviceFailure, cause?: unknown) {
    super(ADVICE[failure], { code: failure, ...(cause === undefined ? {} : { cause }) });
  }
}

// Exception names of getUserMedia (W3C Media Capture and Streams, section 10.2.2), old spellings of WebKit and Firefox included.
const BY_NAME: Readonly<Record<string, DeviceFailure>> = {
  NotAllowedError: 'PERMISSION_DENIED',
  PermissionDeniedError: 'PERMISSION_DENIED',
  SecurityError: 'PERMISSION_DENIED',
  NotFoundError: 'NO_DEVICE',
  DevicesNotFoundError: 'NO_DEVICE',
  OverconstrainedError: 'NO_DEVICE',
  NotReadableError: 'DEVICE_BUSY',
  TrackStartError: 'DEVICE_BUSY',
  AbortError: 'DEVICE_BUSY',
};

/** The {@link DeviceError} for what `getUserMedia` threw. */
export function deviceErrorOf(thrown: unknown): DeviceError {
  if (thrown instanceof DeviceError) return thrown;
  const name = typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';
  return new DeviceError(BY_NAME[name] ?? 'DEVICE_BUSY', thrown);
}
