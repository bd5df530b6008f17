/**
 * Connected-word matching: one pass of Viterbi over a finite-state network (token passing).
 *
 * The network is a list of arcs between nodes. An arc is a left-to-right chain of states, each
 * naming the column of the likelihood matrix that it emits; an arc without states is free and is
 * followed at once. Whenever a node is reached, the best arrival is kept as a record (arc, start,
 * end, record before), so the words and their times are read back from the last record.
 *
 * Table (little-endian, 4 bytes each): i32 nodes, arcs, states, columns; per state i32 column, f32
 * log probability to stay, f32 to move on; per arc i32 from, to, first state, end state, f32
 * penalty; per node i32 final. Free arcs must be listed in an order in which each starts at a node
 * that no later free arc reaches.
 */

const NONE: f32 = -1e30;
// Paths this far (in nats) below the best of the frame before are given up: wide enough that no
// utterance accepted without it is heard differently on the development set, and four times as fast.
const BEAM: f32 = 150;
const RECORD: i32 = 20; // arc, start, end, before: i32; score: f32

let nodes: i32 = 0;
let arcs: i32 = 0;
let states: i32 = 0;
let columns: i32 = 0;
let stateTable: usize = 0;
let arcTable: usize = 0;
let nodeTable: usize = 0;
let score: usize = 0;
let before: usize = 0;
let begun: usize = 0;
let active: usize = 0; // per arc, u8: some state is alive
let lastBest: f32 = 0;
let nodeScore: usize = 0;
let nodeRecord: usize = 0;
let nextScore: usize = 0;
let nextArc: usize = 0;
let records: usize = 0;
let recordCount: i32 = 0;
let recordLimit: i32 = 0;
let frameBest: usize = 0;
let now: i32 = 0;
let frameLimit: i32 = 0;

/** Reads a network for utterances of at most `frames` frames; returns 0, or −1 if the table is damaged. */
export function loadNetwork(table: usize, length: i32, frames: i32): i32 {
  if (length < 16) return -1;
  nodes = load<i32>(table);
  arcs = load<i32>(table + 4);
  states = load<i32>(table + 8);
  columns = load<i32>(table + 12);
  if (nodes < 1 || arcs < 1 || states < 1 || columns < 1) return -1;
  if (nodes > 65536 || arcs > 65536 || states > 1048576 || columns > 4096) return -1;
  if (<i64>length < 16 + <i64>states * 12 + <i64>arcs * 20 + <i64>nodes * 4) return -1;
  stateTable = table + 16;
  arcTable = stateTable + states * 12;
  nodeTable = arcTable + arcs * 20;
  for (let s = 0; s < states; s++) {
    if (<u32>load<i32>(stateTable + s * 12) >= <u32>columns) return -1;
  }
  for (let a = 0; a < arcs; a++) {
    const at = arcTable + a * 20;
    const first = load<i32>(at + 8);
    const end = load<i32>(at + 12);
    if (<u32>load<i32>(at) >= <u32>nodes || <u32>load<i32>(at + 4) >= <u32>nodes || first < 0 || end < first || end > states) return -1;
  }
  score = heap.alloc(states << 2);
  before = heap.alloc(states << 2);
  begun = heap.alloc(states << 2);
  active = heap.alloc(arcs);
  nodeScore = heap.alloc(nodes << 2);
  nodeRecord = heap.alloc(nodes << 2);
  nextScore = heap.alloc(nodes << 2);
  nextArc = heap.alloc(nodes << 2);
  frameLimit = frames;
  recordLimit = frames * nodes;
  records = heap.alloc(recordLimit * RECORD);
  frameBest = heap.alloc(frames << 2);
  resetMatch();
  return 0;
}

/** Back to the start of an utterance. */
export function resetMatch(): void {
  now = 0;
  recordCount = 0;
  lastBest = 0;
  memory.fill(active, 0, arcs);
  for (let s = 0; s < states; s++) store<f32>(score + (s << 2), NONE);
  for (let n = 0; n < nodes; n++) {
    store<f32>(nodeScore + (n << 2), NONE);
    store<i32>(nodeRecord + (n << 2), -1);
  }
  store<f32>(nodeScore, 0);
  followFree();
}

/** Advances by `frames` rows of likelihoods at `rows`; returns the number taken. */
export function pushMatch(rows: usize, frames: i32): i32 {
  let t = 0;
  while (t < frames && now < frameLimit) {
    step(rows + ((t * columns) << 2));
    t++;
    now++;
  }
  return t;
}

function step(row: usize): void {
  let best: f32 = NONE;
  const limit = lastBest - BEAM;
  for (let n = 0; n < nodes; n++) {
    store<f32>(nextScore + (n << 2), NONE);
    store<i32>(nextArc + (n << 2), -1);
  }
  for (let a = 0; a < arcs; a++) {
    const at = arcTable + a * 20;
    const first = load<i32>(at + 8);
    const end = load<i32>(at + 12);
    if (first == end) continue;
    const from = load<i32>(at);
    const entry = load<f32>(nodeScore + (from << 2)) + load<f32>(at + 16);
    if (entry < limit && load<u8>(active + a) == 0) continue;
    let alive: u8 = 0;
    for (let s = end - 1; s >= first; s--) {
      const cell = <usize>(s << 2);
      const state = stateTable + s * 12;
      let value = load<f32>(score + cell) + load<f32>(state + 4);
      const entered = s == first ? entry : load<f32>(score + cell - 4) + load<f32>(state - 4);
      if (entered > value) {
        value = entered;
        store<i32>(before + cell, s == first ? load<i32>(nodeRecord + (from << 2)) : load<i32>(before + cell - 4));
        store<i32>(begun + cell, s == first ? now : load<i32>(begun + cell - 4));
      }
      if (value < limit) {
        value = NONE;
      } else {
        value += load<f32>(row + (load<i32>(state) << 2));
        alive = 1;
        best = max(best, value);
      }
      store<f32>(score + cell, value);
    }
    store<u8>(active + a, alive);
    const last = load<f32>(score + ((end - 1) << 2));
    const arrival = last + load<f32>(stateTable + (end - 1) * 12 + 8);
    const to = <usize>(load<i32>(at + 4) << 2);
    if (last > NONE && arrival > load<f32>(nextScore + to)) {
      store<f32>(nextScore + to, arrival);
      store<i32>(nextArc + to, a);
    }
  }
  lastBest = best;
  for (let n = 0; n < nodes; n++) {
    const cell = <usize>(n << 2);
    const a = load<i32>(nextArc + cell);
    store<f32>(nodeScore + cell, a < 0 ? NONE : load<f32>(nextScore + cell));
    if (a >= 0) store<i32>(nodeRecord + cell, keep(a, load<i32>(arcTable + a * 20 + 12) - 1, load<f32>(nextScore + cell)));
  }
  followFree();
  store<f32>(frameBest + (now << 2), best);
}

function keep(arc: i32, state: i32, value: f32): i32 {
  if (recordCount >= recordLimit) return -1;
  const record = records + recordCount * RECORD;
  store<i32>(record, arc);
  store<i32>(record + 4, load<i32>(begun + (state << 2)));
  store<i32>(record + 8, now + 1);
  store<i32>(record + 12, load<i32>(before + (state << 2)));
  store<f32>(record + 16, value);
  return recordCount++;
}

function followFree(): void {
  for (let a = 0; a < arcs; a++) {
    const at = arcTable + a * 20;
    if (load<i32>(at + 8) != load<i32>(at + 12)) continue;
    const from = <usize>(load<i32>(at) << 2);
    const to = <usize>(load<i32>(at + 4) << 2);
    const value = load<f32>(nodeScore + from) + load<f32>(at + 16);
    if (value > load<f32>(nodeScore + to)) {
      store<f32>(nodeScore + to, value);
      store<i32>(nodeRecord + to, load<i32>(nodeRecord + from));
    }
  }
}

/**
 * Writes the best path at `output`, last word first: per word i32 arc, start, end, f32 score on
 * arrival. With `anywhere` the path may end inside an arc (what has been said so far), else it must
 * end at a final node. Returns the number of words, or −1 when no path exists.
 */
export function readPath(output: usize, limit: i32, anywhere: bool): i32 {
  let best: f32 = NONE;
  let record = -1;
  let count = 0;
  for (let n = 0; n < nodes; n++) {
    const value = load<f32>(nodeScore + (n << 2));
    if ((anywhere || load<i32>(nodeTable + (n << 2)) != 0) && value > best) {
      best = value;
      record = load<i32>(nodeRecord + (n << 2));
    }
  }
  if (anywhere) {
    for (let a = 0; a < arcs; a++) {
      const at = arcTable + a * 20;
      for (let s = load<i32>(at + 8); s < load<i32>(at + 12); s++) {
        const value = load<f32>(score + (s << 2));
        if (value > best) {
          best = value;
          record = load<i32>(before + (s << 2));
          write(output, a, load<i32>(begun + (s << 2)), now, value);
          count = 1;
        }
      }
    }
  }
  if (best <= NONE) return -1;
  while (record >= 0 && count < limit) {
    const at = records + record * RECORD;
    write(output + count * 16, load<i32>(at), load<i32>(at + 4), load<i32>(at + 8), load<f32>(at + 16));
    record = load<i32>(at + 12);
    count++;
  }
  return count;
}

function write(at: usize, arc: i32, start: i32, end: i32, value: f32): void {
  store<i32>(at, arc);
  store<i32>(at + 4, start);
  store<i32>(at + 8, end);
  store<f32>(at + 12, value);
}

/** Address of the best score after each frame, f32: the likelihood of the whole up to there. */
export function frameScores(): usize {
  return frameBest;
}
