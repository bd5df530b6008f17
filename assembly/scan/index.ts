// scan.wasm: finds all matches of many patterns, in linear time. The host writes a program
// (src/pattern/program.ts) and then texts into the memory; nothing is imported, nothing is allocated
// but rows of the table, up to a cap.
export { reserveProgram, windowAt, matchesAt, scratchAt, pendingAt, coveredAt, lastEndAt } from './program';
export { digest, checksum, validate } from './validate';
export { memoryUsed, flushCount, rowsMade } from './table';
export { setText } from './text';
export { matchesFound, dropMatches, finish, beginWalk } from './spans';
export { scanBlock, resume, farPatternOf, farPositionOf, forgetText } from './forward';
export {
  beginPass, passBack, passOn, passEnd, passAble, passStates, passStateCount, restoreAble, passWalk,
  beginStream, streamOn, beginHold, isAlive, beginHoldOfPass, beginEnds, isLeft, oldestStart, endingSoFar, setEndingSoFar, passLeftmost,
} from './blocks';
export { row, setRow } from './kept-rows';
import { openProgram } from './program';
import { openTable } from './table';

// Makes the program that has been written ready; false where memory is refused.
export function open(): bool {
  return openProgram() && openTable();
}
