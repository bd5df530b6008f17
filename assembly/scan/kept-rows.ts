// The two rows that outlive a flush: where the pass over the text stands, and the row that a pass of
// the host's own (blocks.ts) stands at. All others are made anew when they are needed.
import { copy } from './memory';
import { scratchAt, spareAt } from './program';
import { adoptList, ANY, flush, intern, lengthOf, listOf, modeOf, reopen, rowKind, rowPattern } from './table';

let passRow: i32 = 0;
let hostRow: i32 = 0;

@inline export function row(): i32 { return passRow; }
@inline export function setRow(value: i32): void { passRow = value; }
@inline export function ownRow(): i32 { return hostRow; }
@inline export function setOwnRow(value: i32): void { hostRow = value; }

// Empties the arena and makes both rows anew.
export function flushKeeping(): void {
  const length: i32 = passRow != 0 ? lengthOf(passRow) : 0;
  const kind: i32 = passRow != 0 ? rowKind(passRow) : 0;
  if (passRow != 0) copy(spareAt(), listOf(passRow), length << 1);
  if (hostRow != 0) {
    const mode: i32 = modeOf(hostRow);
    const pattern: i32 = rowPattern(hostRow);
    const hostKind: i32 = rowKind(hostRow);
    reopen(hostRow);
    flush();
    hostRow = intern(mode, pattern, hostKind);
  } else flush();
  if (passRow != 0) {
    copy(scratchAt(), spareAt(), length << 1);
    adoptList(length);
    passRow = intern(ANY, 0, kind);
  }
}
