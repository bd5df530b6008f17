import { describe, expect, it } from 'vitest';
import { DeviceError, deviceErrorOf } from '../../src/browser/device-errors.js';

describe('the error of a device', () => {
  it.each([
    ['NotAllowedError', 'PERMISSION_DENIED'], ['PermissionDeniedError', 'PERMISSION_DENIED'], ['SecurityError', 'PERMISSION_DENIED'],
    ['NotFoundError', 'NO_DEVICE'], ['DevicesNotFoundError', 'NO_DEVICE'], ['OverconstrainedError', 'NO_DEVICE'],
    ['NotReadableError', 'DEVICE_BUSY'], ['TrackStartError', 'DEVICE_BUSY'], ['AbortError', 'DEVICE_BUSY'],
  ])('is told from the name %s as %s, with the exception as its cause', (name, code) => {
    const thrown = new DOMException('private words', name);
    const error = deviceErrorOf(thrown);
    expect(error).toMatchObject({ name: 'DeviceError', code, cause: thrown });
    expect(error.message).not.toContain('private');
  });

  it.each([['a string', 'no'], ['nothing', undefined], ['null', null], ['an unknown name', new DOMException('no', 'DataError')]])('is one that another attempt may mend for %s', (_name, thrown) => {
    expect(deviceErrorOf(thrown).code).toBe('DEVICE_BUSY');
  });

  it('is left as it is when it is one already', () => {
    const error = new DeviceError('DEVICE_LOST');
    expect(deviceErrorOf(error)).toBe(error);
    expect(error.cause).toBeUndefined();
  });

  it.each(['PERMISSION_DENIED', 'NO_DEVICE', 'DEVICE_BUSY', 'INSECURE_PAGE', 'UNSUPPORTED', 'DEVICE_LOST', 'GESTURE_NEEDED'] as const)('says for %s what to do', (failure) => {
    expect(new DeviceError(failure).message.split(/[.,:] /).length).toBeGreaterThan(1);
  });
});
