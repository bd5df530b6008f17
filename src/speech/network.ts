/**
 * A word graph to the network of states that assembly/speech/match.ts walks: each edge becomes an
 * arc per pronunciation, three states per phone; every node may hold silence; `<any>` becomes a loop
 * over all phones, and `<taught>` an arc per taught word.
 */
import { ANY_SPEECH, TAUGHT_WORD } from './command-grammar.js';
import { PHONES, phoneIndex } from './phones.js';
import type { WordGraph } from './word-graph.js';

/** States per phone in the acoustic model. */
export const STATES_PER_PHONE = 3;
/** The column of silence. */
export const SILENCE: number = PHONES.length * STATES_PER_PHONE;

/** What an arc of the network stands for; silence has no word. */
export interface ArcLabel {
  readonly word: string | undefined;
}

/** A network as the kernel's table, with the meaning of its arcs. */
export interface Network {
  readonly table: Uint8Array;
  readonly labels: readonly ArcLabel[];
  readonly columns: number;
}

/** What a network is built from. */
export interface NetworkParts {
  readonly graph: WordGraph;
  /** Pronunciations of each word. */
  readonly lexicon: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Columns of each taught word, one per state. */
  readonly taught: ReadonlyMap<string, readonly number[]>;
  /** Columns of the likelihood rows. */
  readonly columns: number;
  /** Log penalty of each word, of the first phone of `<any>` and of each further one, and of each taught word. */
  readonly penalties: { readonly word: number; readonly any: number; readonly more: number; readonly taught: number };
}

// Chances to stay in a state and to leave it. Phones last about two frames per state, silence longer.
const STAY = Math.log(0.55);
const LEAVE = Math.log(0.45);
const STAY_SILENT = Math.log(0.9);
const LEAVE_SILENT = Math.log(0.1);

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly states: readonly number[];
  readonly penalty: number;
  readonly word: string | undefined;
}

/** Columns of a sequence of phones. */
export function phoneColumns(phones: readonly string[]): readonly number[] {
  return phones.flatMap((phone) => Array.from({ length: STATES_PER_PHONE }, (_, part) => phoneIndex(phone) * STATES_PER_PHONE + part));
}

/** Builds the table. Words of the graph that the lexicon does not have are left out. */
export function compileNetwork({ graph, lexicon, taught, columns, penalties }: NetworkParts): Network {
  const arcs: Arc[] = [];
  for (let node = 0; node < graph.nodes; node++) arcs.push({ from: node, to: node, states: [SILENCE], penalty: 0, word: undefined });
  let nodes = graph.nodes;
  for (const { from, to, word } of graph.edges) {
    if (word === ANY_SPEECH) {
      // A first phone that costs, then a loop that is nearly free: unknown speech is long or it is a slip.
      const inside = nodes++;
      for (const phone of PHONES) {
        const states = phoneColumns([phone]);
        arcs.push({ from, to: inside, states, penalty: penalties.any, word }, { from: inside, to: inside, states, penalty: penalties.more, word }, { from: inside, to, states, penalty: penalties.more, word });
      }
    } else if (word === TAUGHT_WORD) {
      for (const [name, states] of taught) arcs.push({ from, to, states, penalty: penalties.taught, word: name });
    } else if (taught.has(word)) {
      arcs.push({ from, to, states: taught.get(word) ?? [], penalty: penalties.taught, word });
    } else {
      for (const phones of lexicon.get(word) ?? []) arcs.push({ from, to, states: phoneColumns(phones), penalty: penalties.word, word });
    }
  }
  return { table: encode(graph, nodes, arcs, columns), labels: arcs.map(({ word }) => ({ word })), columns };
}

/** A loop over all phones and silence: the best that anything can score. */
export function phoneLoop(columns: number, penalty: number): Network {
  const arcs: readonly Arc[] = [
    { from: 0, to: 0, states: [SILENCE], penalty: 0, word: undefined },
    ...PHONES.map((phone) => ({ from: 0, to: 0, states: phoneColumns([phone]), penalty, word: ANY_SPEECH })),
  ];
  return { table: encode({ nodes: 1, edges: [], finals: new Set([0]) }, 1, arcs, columns), labels: arcs.map(({ word }) => ({ word })), columns };
}

function encode(graph: WordGraph, nodes: number, arcs: readonly Arc[], columns: number): Uint8Array {
  const states = arcs.reduce((sum, arc) => sum + arc.states.length, 0);
  const table = new DataView(new ArrayBuffer(16 + states * 12 + arcs.length * 20 + nodes * 4));
  [nodes, arcs.length, states, columns].forEach((value, n) => table.setInt32(n * 4, value, true));
  let state = 0;
  arcs.forEach((arc, n) => {
    const at = 16 + states * 12 + n * 20;
    [arc.from, arc.to, state, state + arc.states.length].forEach((value, k) => table.setInt32(at + k * 4, value, true));
    table.setFloat32(at + 16, arc.penalty, true);
    for (const column of arc.states) {
      const silent = column === SILENCE;
      table.setInt32(16 + state * 12, column, true);
      table.setFloat32(16 + state * 12 + 4, silent ? STAY_SILENT : STAY, true);
      table.setFloat32(16 + state * 12 + 8, silent ? LEAVE_SILENT : LEAVE, true);
      state++;
    }
  });
  for (const node of graph.finals) table.setInt32(16 + states * 12 + arcs.length * 20 + node * 4, 1, true);
  return new Uint8Array(table.buffer);
}
