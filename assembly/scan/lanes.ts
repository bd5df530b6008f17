// The hot loops. One lane is bound by the latency of a dependent load per symbol; four lanes, each on a
// quarter of the text, hide it. A lane but the first begins as if nothing were alive, which is a subset
// of the truth; where the lane before it ends, the true rows are followed until both agree, mostly
// after a few symbols. What is announced is kept per lane and resolved afterwards in order.
import { columnsAt, pendingAt, pendingLimit, windowAt } from './program';
import { extraOf, lengthOf, UNKNOWN } from './table';
import { isInsidePair, kindAt, textIsWide } from './text';
import { anyRow, step } from './step';

// Below this many symbols agreeing again costs more than the lanes save.
export const LANES_FROM: i32 = 96;
// Announcements of one lane; more of them, and one lane resolves as it goes.
const LANE_HITS: i32 = 512;

let stoppedAt: i32 = 0;
export function loopStoppedAt(): i32 { return stoppedAt; }

// Follows entries from `row` while nobody must look; returns the row, and leaves the position where the
// entry that must be looked at is to be taken (or `to`).
export function loop(row: i32, from: i32, to: i32): i32 {
  return textIsWide() ? loopHalves(row, from, to) : loopBytes(row, from, to);
}

function loopBytes(row: i32, from: i32, to: i32): i32 {
  const columns: i32 = columnsAt();
  let at: i32 = windowAt() + from;
  const end: i32 = windowAt() + to;
  while (at < end) {
    const entry: i32 = load<i32>(row + <i32>load<u16>(columns + (<i32>load<u8>(at) << 1)));
    if ((entry & 1) != 0) break;
    row = entry;
    at++;
  }
  stoppedAt = at - windowAt();
  return row;
}

// The same over bytes, and stops too where nothing is alive any more.
export function loopToIdle(row: i32, from: i32, to: i32): i32 {
  const columns: i32 = columnsAt();
  let at: i32 = windowAt() + from;
  const end: i32 = windowAt() + to;
  while (at < end) {
    const entry: i32 = load<i32>(row + <i32>load<u16>(columns + (<i32>load<u8>(at) << 1)));
    if ((entry & 1) != 0) break;
    row = entry;
    at++;
    if (lengthOf(row) == 0) break;
  }
  stoppedAt = at - windowAt();
  return row;
}

function loopHalves(row: i32, from: i32, to: i32): i32 {
  let at: i32 = windowAt() + (from << 1);
  const end: i32 = windowAt() + (to << 1);
  while (at < end) {
    const entry: i32 = load<i32>(row + (<i32>load<u16>(at) << 2));
    if ((entry & 1) != 0) break;
    row = entry;
    at += 2;
  }
  stoppedAt = (at - windowAt()) >>> 1;
  return row;
}

let hits: i32 = 0;

// Notes the patterns that end at `row`, behind position `position`; false when there is no more room.
function note(row: i32, position: i32, limit: i32): bool {
  const report: i32 = extraOf(row);
  const count: i32 = load<i32>(report);
  if (hits + count > limit) return false;
  for (let n: i32 = 0; n < count; n++) {
    const at: i32 = pendingAt() + (hits << 3);
    store<i32>(at, load<i32>(report + 4 + (n << 2)));
    store<i32>(at + 4, position);
    hits++;
  }
  return true;
}

// The true row at the end, or 0 when the lanes gave up (no room for rows or announcements): nothing has
// been changed then. Announcements lie in the pending list; `laneHits` says how many.
export function lanes(row: i32, from: i32, to: i32): i32 {
  hits = 0;
  return textIsWide() ? lanesOf<u16>(row, from, to) : lanesOf<u8>(row, from, to);
}
export function laneHits(): i32 { return hits; }

@inline function column<T>(position: i32): i32 {
  return sizeof<T>() == 2 ? <i32>load<u16>(windowAt() + (position << 1)) << 2 : <i32>load<u16>(columnsAt() + (<i32>load<u8>(windowAt() + position) << 1));
}

// Follows one lane alone, noting announcements; 0 when there is no room.
function follow<T>(row: i32, from: i32, to: i32, limit: i32): i32 {
  for (let position: i32 = from; position < to; position++) {
    const offset: i32 = column<T>(position);
    let entry: i32 = load<i32>(row + offset);
    if ((entry & 1) != 0) {
      if (entry == UNKNOWN) {
        entry = step(row, offset >>> 2);
        if (entry == 0) return 0;
      }
      if ((entry & 1) != 0) {
        entry &= ~1;
        if (!note(entry, position + 1, limit)) return 0;
      }
    }
    row = entry;
  }
  return row;
}

let agreedAt: i32 = 0;
// Follows the true row beside a lane's own until both agree; 0 when there is no room.
function agree<T>(truth: i32, own: i32, from: i32, to: i32, limit: i32): i32 {
  let position: i32 = from;
  while (position < to && truth != own) {
    truth = follow<T>(truth, position, position + 1, limit);
    if (truth == 0) return 0;
    const offset: i32 = column<T>(position);
    own = load<i32>(own + offset) & ~1;
    position++;
  }
  agreedAt = position;
  return truth;
}

// Nothing alive before `start`. Inside a surrogate pair the character before the pair counts.
function laneRow(start: i32): i32 {
  return anyRow(kindAt(isInsidePair(start) ? start - 1 : start));
}

function lanesOf<T>(row: i32, from: i32, to: i32): i32 {
  const columns: i32 = columnsAt();
  const quarter: i32 = (to - from) >>> 2;
  const start1: i32 = from + quarter;
  const start2: i32 = start1 + quarter;
  const start3: i32 = start2 + quarter;
  const first1: i32 = laneRow(start1);
  const first2: i32 = laneRow(start2);
  const first3: i32 = laneRow(start3);
  if (first1 == 0 || first2 == 0 || first3 == 0) return 0;
  let row0: i32 = row;
  let row1: i32 = first1;
  let row2: i32 = first2;
  let row3: i32 = first3;
  const size: i32 = sizeof<T>();
  const step1: i32 = quarter * size;
  const step2: i32 = step1 * 2;
  const step3: i32 = step1 * 3;
  let at: i32 = windowAt() + from * size;
  const end: i32 = at + step1;
  // Lane announcements lie apart, so that they can be put in order.
  const room: i32 = LANE_HITS;
  let count0: i32 = 0;
  let count1: i32 = room;
  let count2: i32 = room * 2;
  let count3: i32 = room * 3;
  while (at < end) {
    let offset0: i32;
    let offset1: i32;
    let offset2: i32;
    let offset3: i32;
    if (size == 2) {
      offset0 = <i32>load<u16>(at) << 2;
      offset1 = <i32>load<u16>(at + step1) << 2;
      offset2 = <i32>load<u16>(at + step2) << 2;
      offset3 = <i32>load<u16>(at + step3) << 2;
    } else {
      offset0 = <i32>load<u16>(columns + (<i32>load<u8>(at) << 1));
      offset1 = <i32>load<u16>(columns + (<i32>load<u8>(at + step1) << 1));
      offset2 = <i32>load<u16>(columns + (<i32>load<u8>(at + step2) << 1));
      offset3 = <i32>load<u16>(columns + (<i32>load<u8>(at + step3) << 1));
    }
    let entry0: i32 = load<i32>(row0 + offset0);
    let entry1: i32 = load<i32>(row1 + offset1);
    let entry2: i32 = load<i32>(row2 + offset2);
    let entry3: i32 = load<i32>(row3 + offset3);
    if (((entry0 | entry1 | entry2 | entry3) & 1) != 0) {
      const done: i32 = (at - windowAt()) / size + 1 - from;
      if ((entry0 & 1) != 0) {
        hits = count0;
        entry0 = settle(row0, offset0 >>> 2, entry0, from + done, room);
        if (entry0 == 0) return 0;
        count0 = hits;
      }
      if ((entry1 & 1) != 0) {
        hits = count1;
        entry1 = settle(row1, offset1 >>> 2, entry1, start1 + done, room * 2);
        if (entry1 == 0) return 0;
        count1 = hits;
      }
      if ((entry2 & 1) != 0) {
        hits = count2;
        entry2 = settle(row2, offset2 >>> 2, entry2, start2 + done, room * 3);
        if (entry2 == 0) return 0;
        count2 = hits;
      }
      if ((entry3 & 1) != 0) {
        hits = count3;
        entry3 = settle(row3, offset3 >>> 2, entry3, start3 + done, room * 4);
        if (entry3 == 0) return 0;
        count3 = hits;
      }
    }
    row0 = entry0;
    row1 = entry1;
    row2 = entry2;
    row3 = entry3;
    at += size;
  }
  // Put in order: lane 0, what the truth adds at the start of lane 1, lane 1, and so on.
  hits = count0;
  let truth: i32 = agree<T>(row0, first1, start1, start2, room);
  if (truth == 0) return 0;
  const whole1: bool = agreedAt < start2;
  gather(room, count1);
  truth = agree<T>(whole1 ? row1 : truth, first2, start2, start3, room * 2);
  if (truth == 0) return 0;
  const whole2: bool = agreedAt < start3;
  gather(room * 2, count2);
  truth = agree<T>(whole2 ? row2 : truth, first3, start3, start3 + quarter, room * 3);
  if (truth == 0) return 0;
  const whole3: bool = agreedAt < start3 + quarter;
  gather(room * 3, count3);
  return follow<T>(whole3 ? row3 : truth, start3 + quarter, to, pendingLimit());
}

// Moves a lane's announcements behind those that are in order already; the two never overlap backwards.
function gather(from: i32, to: i32): void {
  memory.copy(pendingAt() + (hits << 3), pendingAt() + (from << 3), (to - from) << 3);
  hits += to - from;
}

// The row behind an entry that must be looked at; 0 when there is no room.
function settle(row: i32, symbol: i32, entry: i32, position: i32, limit: i32): i32 {
  if (entry == UNKNOWN) {
    entry = step(row, symbol);
    if (entry == 0) return 0;
  }
  if ((entry & 1) == 0) return entry;
  entry &= ~1;
  return note(entry, position, limit) ? entry : 0;
}
