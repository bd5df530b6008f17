/** Randomness from an injectable source, so that jitter, sampling and mocks repeat from a seed. */

/** Gives a number in [0, 1) at each call, like `Math.random`. */
export type RandomSource = () => number;

/** The host's randomness; not for secrets. */
export const systemRandom: RandomSource = () => Math.random();

/**
 * A repeatable source from a 32-bit seed.
 * Algorithm: mulberry32 (Tommy Ettinger), period 2^32, for tests and simulation only.
 */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
