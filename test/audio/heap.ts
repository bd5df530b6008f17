/** Heap growth of repeated calls, for tests that promise no allocation. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Bytes per call that `run` leaves on the heap, at best of `rounds` after `warmUp` calls: compilation
 * and feedback of the engine disturb single rounds (many where other work keeps its compiler waiting), an allocation
 * per call disturbs all of them.
 */
export function bytesPerCall(run: () => void, calls = 2000, warmUp = 5000, rounds = 16): number {
  for (let n = 0; n < warmUp; n++) run();
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < calls; n++) run();
    least = Math.min(least, Math.abs(process.memoryUsage().heapUsed - before) / calls);
  }
  return least;
}

/** Bytes of live heap after a collection. */
export function heapAfter(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
