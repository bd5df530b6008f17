/** How far the ear is behind the context's clock. */

// More than any wireless device needs; beyond it the browser's time stamps are not to be believed.
const MOST_S = 2;

/** Milliseconds between rendering a sample and hearing it. */
export function latencyMs(context: AudioContext): number {
  return Math.max(0, context.currentTime - audibleTime(context)) * 1000;
}

/** Frame of the context's clock that is heard now. */
export function audibleFrame(context: AudioContext): number {
  return audibleTime(context) * context.sampleRate;
}

function audibleTime(context: AudioContext): number {
  const { currentTime } = context;
  // Firefox and WebKit give 0 or nothing where the system does not say; the base latency is the least it can be.
  const stated = context.outputLatency > 0 ? context.outputLatency + context.baseLatency : (context.baseLatency ?? 0);
  return currentTime - Math.min(MOST_S, Math.max(0, stated));
}
