/**
 * Tells when the microphone one listens to is no longer the one that should be, and when one that was
 * missing may be there again: devices that come and go, another default, permission given back, a
 * page that returns to the front.
 */

/** What a {@link DeviceWatch} tells. */
export interface DeviceWatchOptions {
  /** The system's default microphone is another one now. */
  readonly onDefaultChanged: () => void;
  /** Something changed that may make a microphone available. */
  readonly onAvailable: () => void;
}

/** Watches the devices of the page. */
export class DeviceWatch {
  readonly #options: DeviceWatchOptions;
  readonly #devices: MediaDevices | undefined = (globalThis.navigator as Navigator | undefined)?.mediaDevices as MediaDevices | undefined;
  #permission: PermissionStatus | undefined;
  #group: string | undefined;
  #followsDefault = false;
  #started = false;

  constructor(options: DeviceWatchOptions) {
    this.#options = options;
  }

  /** Begins to watch. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#devices?.addEventListener('devicechange', this.#changed);
    document.addEventListener('visibilitychange', this.#available);
    window.addEventListener('pageshow', this.#available);
    void this.#watchPermission();
  }

  /** Stops watching. */
  stop(): void {
    this.#started = false;
    this.#devices?.removeEventListener('devicechange', this.#changed);
    document.removeEventListener('visibilitychange', this.#available);
    window.removeEventListener('pageshow', this.#available);
    if (this.#permission !== undefined) this.#permission.onchange = null;
    this.#permission = undefined;
  }

  /** A device is listened to now, as the system's default or as a chosen one. */
  async opened(asDefault: boolean): Promise<void> {
    this.#followsDefault = asDefault;
    this.#group = await this.#defaultGroup();
  }

  readonly #available = (): void => {
    if (document.visibilityState === 'visible') this.#options.onAvailable();
  };

  readonly #changed = async (): Promise<void> => {
    this.#options.onAvailable();
    if (!this.#followsDefault) return;
    const group = await this.#defaultGroup();
    if (!this.#started || group === undefined || group === this.#group) return;
    this.#group = group;
    this.#options.onDefaultChanged();
  };

  // Chromium lists the default device under the id `default`. Other engines say nothing of it, and end
  // the track, or move it to the new default by themselves.
  async #defaultGroup(): Promise<string | undefined> {
    try {
      const inputs = (await this.#devices?.enumerateDevices())?.filter((device) => device.kind === 'audioinput') ?? [];
      const chosen = inputs.find((device) => device.deviceId === 'default');
      return chosen === undefined || chosen.groupId === '' ? undefined : chosen.groupId;
    } catch {
      return undefined; // a page that may not list devices cannot follow the default either
    }
  }

  async #watchPermission(): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: 'microphone' as PermissionName });
      if (!this.#started) return;
      this.#permission = status;
      status.onchange = () => {
        if (status.state === 'granted') this.#options.onAvailable();
      };
    } catch {
      // Engines that do not know this permission tell the loss by ending the track.
    }
  }
}
