import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceWatch } from '../../src/browser/device-watch.js';
import { frames } from './sounds.js';

interface Permission {
  state: PermissionState;
  onchange: (() => void) | null;
}

describe('a watch over the devices of the page', () => {
  let watch: DeviceWatch;
  let told: string[];
  let group: string;
  let permission: Permission;
  let listed: () => Promise<MediaDeviceInfo[]>;

  const input = (deviceId: string, groupId: string): MediaDeviceInfo => ({ kind: 'audioinput', deviceId, groupId, label: '', toJSON: () => ({}) });
  const plug = async (): Promise<void> => {
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await frames(2);
  };
  const show = (state: DocumentVisibilityState): void => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  };

  beforeEach(() => {
    told = [];
    group = 'desk';
    permission = { state: 'denied', onchange: null };
    listed = async () => [input('other', 'elsewhere'), input('default', group)];
    vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockImplementation(() => listed());
    vi.spyOn(navigator.permissions, 'query').mockImplementation(async () => permission as unknown as PermissionStatus);
    watch = new DeviceWatch({ onDefaultChanged: () => told.push('default'), onAvailable: () => told.push('available') });
  });

  afterEach(() => {
    watch.stop();
    vi.restoreAllMocks();
  });

  it('tells that the default is another one, once for each change', async () => {
    watch.start();
    await watch.opened(true);
    await plug();
    expect(told).toEqual(['available']);
    group = 'headset';
    await plug();
    await plug();
    expect(told).toEqual(['available', 'available', 'default', 'available']);
  });

  it('says nothing of the default to a page that chose its device', async () => {
    watch.start();
    await watch.opened(false);
    group = 'headset';
    await plug();
    expect(told).toEqual(['available']);
  });

  it.each([
    ['names no default', async () => [input('one', 'a'), input('two', 'b')]],
    ['hides the groups until it may be asked', async () => [input('default', '')]],
    ['refuses to list devices', () => Promise.reject(new DOMException('no', 'NotAllowedError'))],
  ] as const)('takes a browser that %s for one whose default did not change', async (_, list) => {
    watch.start();
    await watch.opened(true);
    listed = list;
    await plug();
    expect(told).toEqual(['available']);
  });

  it('tells that a device may be there when permission is given, not when it is taken', async () => {
    watch.start();
    await frames(2);
    permission.onchange?.();
    expect(told).toEqual([]);
    permission.state = 'granted';
    permission.onchange?.();
    expect(told).toEqual(['available']);
  });

  it('works where the browser does not know the permission', async () => {
    vi.spyOn(navigator.permissions, 'query').mockRejectedValue(new TypeError('no such permission'));
    watch.start();
    await plug();
    expect(told).toEqual(['available']);
  });

  it('tells that a device may be there when the page comes to the front, not when it leaves', () => {
    watch.start();
    show('hidden');
    expect(told).toEqual([]);
    show('visible');
    window.dispatchEvent(new Event('pageshow'));
    expect(told).toEqual(['available', 'available']);
  });

  it('tells nothing before it is started and after it is stopped, and can be started again', async () => {
    await watch.opened(true);
    await plug();
    expect(told).toEqual([]);
    watch.start();
    watch.start();
    await frames(2);
    watch.stop();
    expect(permission.onchange).toBeNull();
    group = 'headset';
    await plug();
    show('visible');
    expect(told).toEqual([]);
    watch.start();
    await plug();
    expect(told).toEqual(['available', 'default']);
  });

  it('tells nothing of a change that it was still looking at when it was stopped', async () => {
    watch.start();
    await watch.opened(true);
    group = 'headset';
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    watch.stop();
    await frames(2);
    expect(told).toEqual(['available']);
  });
});
