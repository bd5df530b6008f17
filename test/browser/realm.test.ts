// The browser project must really be a Chromium window, isolated and with a microphone, or its suites prove nothing.
import { expect, it } from 'vitest';

it('runs in a cross-origin isolated Chromium', () => {
  expect(navigator.userAgent).toMatch(/Chrome\//);
  expect(crossOriginIsolated).toBe(true);
  expect(typeof SharedArrayBuffer).toBe('function');
});

it('has a fake microphone that delivers audio', async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  expect(stream.getAudioTracks()).toHaveLength(1);
  for (const track of stream.getTracks()) track.stop();
});
