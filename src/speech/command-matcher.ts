/**
 * The ear: 16 kHz samples of an utterance to the words of the grammar, or to nothing.
 *
 * Log-mel rows → cepstra and the acoustic network (speech.wasm) → Viterbi over the command graph.
 * A second pass over a loop of all phones tells how well anything at all could have fitted; a word
 * whose own path is much worse than that was not said, and the utterance is then refused.
 */
import { FRAME_MS, MatchUnit, MEL_BANDS, MelUnit, ModelUnit, speechKernel, type PathArc } from '../wasm/speech-kernel.js';
import { acousticTable } from './acoustic-table.js';
import { ANY_SPEECH, commandGraph, digitsGraph } from './command-grammar.js';
import { compileNetwork, phoneLoop, SILENCE, type Network } from './network.js';
import { learnWord, levelled, withTaughtColumns, type TaughtWord } from './taught-word.js';
import { VOCABULARY } from './vocabulary.js';
import type { WordGraph } from './word-graph.js';

/** Samples per second that the matcher hears. */
export const EAR_RATE = 16000;
/** Longest utterance in frames of 10 ms; what comes later is not heard. */
export const MOST_FRAMES = 2000;

/** A word that was heard. `confidence` is in [0, 1]; speech outside the vocabulary has the text `<any>`. */
export interface HeardWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly confidence: number;
}

/** What was heard. When `accepted` is false the words are a guess that must not be acted on. */
export interface Heard {
  readonly words: readonly HeardWord[];
  readonly confidence: number;
  readonly accepted: boolean;
  /** True when speech outside the vocabulary may hold a row of digits. Errs on the side of yes. */
  readonly digitsInside: boolean;
}

/** The log-mel rows of an utterance, kept while it grows. */
export interface EarBuffer {
  /** Takes samples at {@link EAR_RATE}. */
  push(samples: Float32Array): void;
  /** Milliseconds taken so far. */
  readonly durationMs: number;
  /** All rows so far. */
  rows(): Float32Array;
}

// Set on the development phrases of test/tools/train-commands with the training voices.
const PENALTIES = { word: -3, any: -16, more: -3, taught: -3 };
const LOOP_PENALTY = -1;
// Mean log likelihood per frame by which an utterance may lie below the phone loop, and the same for
// its worst word: at the first figure it is as likely right as wrong, and the odds change by e per the second.
const UTTERANCE = { even: -0.8, slope: 0.12 } as const;
const WORD = { even: -2.2, slope: 0.6 } as const;
/** Least confidence of every word, and of the utterance, to be accepted. */
export const ACCEPT = { word: 0.045, utterance: 0.5 } as const;

// Level in nats (6.5 dB) by which the loudest frame must stand above the quiet ones.
const LEAST_SWELL = 1.5;
// Less than 80 ms holds no word.
const LEAST_FRAMES = 8;

const NOTHING: Heard = { words: [], confidence: 0, accepted: false, digitsInside: false };

// Inside unknown speech the search for digits is free to place them where they fit best.
const SPOT_PENALTIES = { word: 0, any: -2, more: -1, taught: 0 };
// Mean lag per frame down to which digits are thought possible.
const DIGITS_LAG = -1.2;

/** Hears commands. One object serves one utterance at a time; it keeps nothing between them but the taught words. */
export class CommandMatcher {
  readonly #module: WebAssembly.Module;
  readonly #model: ModelUnit;
  readonly #mel: MelUnit;
  #taught: readonly TaughtWord[] = [];
  #network: Network | undefined;
  #match: MatchUnit | undefined;
  #loop: MatchUnit | undefined;
  #spotter: { readonly network: Network; readonly match: MatchUnit } | undefined;

  /** Takes the compiled speech.wasm and the table of the acoustic model. */
  constructor(module: WebAssembly.Module, model: Uint8Array) {
    this.#module = module;
    this.#model = new ModelUnit(module, model, MOST_FRAMES);
    this.#mel = new MelUnit(module);
  }

  /** A matcher on the package's own speech.wasm and acoustic model. Rejects with `WasmUnavailableError` where nothing can be compiled. */
  static async load(module?: WebAssembly.Module): Promise<CommandMatcher> {
    const [compiled, table] = await Promise.all([module ?? speechKernel.load(), acousticTable()]);
    return new CommandMatcher(compiled, table);
  }

  /** The words taught by the user; setting them rebuilds the network at the next use. */
  get taught(): readonly TaughtWord[] {
    return this.#taught;
  }

  set taught(words: readonly TaughtWord[]) {
    this.#taught = words;
    this.#network = undefined;
    this.#match = undefined;
    this.#loop = undefined;
    this.#spotter = undefined;
  }

  /** A buffer for an utterance that is still being spoken. */
  listen(): EarBuffer {
    const mel = new MelUnit(this.#module);
    const parts: Float32Array[] = [];
    let samplesTaken = 0;
    return {
      push: (samples) => {
        samplesTaken += samples.length;
        parts.push(mel.push(samples));
      },
      get durationMs() {
        return (samplesTaken * 1000) / EAR_RATE;
      },
      rows: () => {
        const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
        let at = 0;
        for (const part of parts) {
          all.set(part, at);
          at += part.length;
        }
        parts.splice(0, parts.length, all);
        return all;
      },
    };
  }

  /** Hears a whole utterance at {@link EAR_RATE}. */
  hear(samples: Float32Array): Heard {
    return this.hearRows(this.#rowsOf(samples), true);
  }

  /** Hears rows of an {@link EarBuffer}; with `complete` false the utterance may stop anywhere in a sentence. */
  hearRows(rows: Float32Array, complete: boolean): Heard {
    const likelihoods = this.#likelihoods(rows);
    if (likelihoods === undefined) return NOTHING;
    const { network, match, loop } = this.#ready();
    const frames = match.run(likelihoods);
    const path = match.path(!complete);
    if (path === undefined) return NOTHING;
    loop.run(likelihoods);
    const heard = judge(path, network, loop.scores(frames));
    return complete && heard.accepted && heard.words.some(({ text }) => text === ANY_SPEECH) ? { ...heard, digitsInside: this.#digitsIn(likelihoods, loop.scores(frames)) } : heard;
  }

  /** Which of `words` was said, alone; `lexicon` tells how they sound unless they were taught. Undefined when there was no sound. */
  choose(samples: Float32Array, words: readonly string[], lexicon: ReadonlyMap<string, readonly (readonly string[])[]> = VOCABULARY): HeardWord | undefined {
    const likelihoods = this.#likelihoods(this.#rowsOf(samples));
    if (likelihoods === undefined) return undefined;
    const graph: WordGraph = { nodes: 2, edges: words.map((word) => ({ from: 0, to: 1, word })), finals: new Set([1]) };
    const network = compileNetwork({ graph, lexicon, taught: this.#taughtColumns(), columns: this.#columns, penalties: PENALTIES });
    const match = new MatchUnit(this.#module, network.table, network.columns, MOST_FRAMES);
    const frames = match.run(likelihoods);
    const path = match.path(false);
    if (path === undefined) return undefined;
    const { loop } = this.#ready();
    loop.run(likelihoods);
    return judge(path, network, loop.scores(frames)).words[0];
  }

  /** Learns a word from recordings of it, at {@link EAR_RATE}; does not add it to {@link taught}. */
  learn(word: string, recordings: readonly Float32Array[]): TaughtWord {
    const learnt = learnWord(word, recordings.map((samples) => this.#posteriors(samples)), this.#model.width);
    const lags = recordings.map((samples) => this.#lagOf(learnt, this.#rowsOf(samples)));
    return levelled(learnt, lags.reduce((sum, lag) => sum + lag, 0) / lags.length);
  }

  /** How far (per frame) a taught word lies below the phone loop in one of its own recordings. */
  #lagOf(word: TaughtWord, rows: Float32Array): number {
    const likelihoods = withTaughtColumns(this.#model.score(rows), this.#model.width, [word]);
    const columns = this.#model.width + word.states.length;
    const graph: WordGraph = { nodes: 2, edges: [{ from: 0, to: 1, word: word.word }], finals: new Set([1]) };
    const network = compileNetwork({ graph, lexicon: new Map(), taught: new Map([[word.word, word.states.map((_, n) => this.#model.width + n)]]), columns, penalties: PENALTIES });
    const match = new MatchUnit(this.#module, network.table, columns, MOST_FRAMES);
    const frames = match.run(likelihoods);
    const loop = new MatchUnit(this.#module, phoneLoop(columns, LOOP_PENALTY).table, columns, MOST_FRAMES);
    loop.run(likelihoods);
    const path = match.path(false);
    return path === undefined ? 0 : lagOf(path, network, loop.scores(frames));
  }

  #rowsOf(samples: Float32Array): Float32Array {
    this.#mel.reset();
    return this.#mel.push(samples);
  }

  #digitsIn(likelihoods: Float32Array, loop: Float32Array): boolean {
    const network = this.#spotter?.network ?? compileNetwork({ graph: digitsGraph(), lexicon: VOCABULARY, taught: new Map(), columns: this.#columns, penalties: SPOT_PENALTIES });
    this.#spotter ??= { network, match: new MatchUnit(this.#module, network.table, this.#columns, MOST_FRAMES) };
    this.#spotter.match.run(likelihoods);
    const path = this.#spotter.match.path(false);
    return path !== undefined && lagOf(path, network, loop) >= DIGITS_LAG;
  }

  get #columns(): number {
    return this.#model.width + this.#taught.reduce((sum, { states }) => sum + states.length, 0);
  }

  #likelihoods(rows: Float32Array): Float32Array | undefined {
    return rows.length < MEL_BANDS * LEAST_FRAMES || !swells(rows) ? undefined : withTaughtColumns(this.#model.score(rows), this.#model.width, this.#taught);
  }

  #taughtColumns(): ReadonlyMap<string, readonly number[]> {
    let next = this.#model.width;
    return new Map(this.#taught.map(({ word, states }) => [word, states.map(() => next++)]));
  }

  #ready(): { readonly network: Network; readonly match: MatchUnit; readonly loop: MatchUnit } {
    this.#network ??= compileNetwork({ graph: commandGraph(), lexicon: VOCABULARY, taught: this.#taughtColumns(), columns: this.#columns, penalties: PENALTIES });
    this.#match ??= new MatchUnit(this.#module, this.#network.table, this.#columns, MOST_FRAMES);
    this.#loop ??= new MatchUnit(this.#module, phoneLoop(this.#columns, LOOP_PENALTY).table, this.#columns, MOST_FRAMES);
    return { network: this.#network, match: this.#match, loop: this.#loop };
  }

  /** Posteriors of the speech in a recording: from the first to the last frame that is not silence. */
  #posteriors(samples: Float32Array): Float32Array {
    const { width } = this.#model;
    const rows = this.#rowsOf(samples);
    if (rows.length < MEL_BANDS * LEAST_FRAMES || !swells(rows)) return new Float32Array(0);
    const scores = this.#model.score(rows);
    const frames = scores.length / width;
    const speaks = (t: number): boolean => scores.subarray(t * width, (t + 1) * width).some((value, output) => output !== SILENCE && value > (scores[t * width + SILENCE] ?? 0));
    let first = 0;
    let last = frames;
    while (first < last && !(speaks(first) && speaks(first + 1))) first++;
    while (last > first && !(speaks(last - 1) && speaks(last - 2))) last--;
    return scores.slice(first * width, last * width).map(Math.exp);
  }
}

// Speech rises above what is around it; a steady sound, or silence, does not.
function swells(rows: Float32Array): boolean {
  const levels = new Float32Array(Math.min(MOST_FRAMES, rows.length / MEL_BANDS));
  for (let t = 0; t < levels.length; t++) {
    let sum = 0;
    for (let band = 0; band < MEL_BANDS; band++) sum += rows[t * MEL_BANDS + band] ?? 0;
    levels[t] = sum / MEL_BANDS;
  }
  levels.sort();
  return (levels.at(-1) ?? 0) - (levels[Math.floor(levels.length / 10)] ?? 0) >= LEAST_SWELL;
}

/** Words of a path with their confidence against the scores of the phone loop. */
function judge(path: readonly PathArc[], network: Network, loop: Float32Array): Heard {
  const words: HeardWord[] = [];
  let lag = 0;
  let length = 0;
  let before = 0;
  for (const { arc, start, end, score } of path) {
    const word = network.labels[arc]?.word;
    const own = score - before;
    before = score;
    if (word === undefined) continue;
    const free = (loop[end - 1] ?? 0) - (start > 0 ? (loop[start - 1] ?? 0) : 0);
    const last = words.at(-1);
    if (word === ANY_SPEECH) {
      if (last?.text === ANY_SPEECH) words[words.length - 1] = { ...last, endMs: end * FRAME_MS };
      else words.push({ text: word, startMs: start * FRAME_MS, endMs: end * FRAME_MS, confidence: 1 });
      continue;
    }
    lag += own - free;
    length += end - start;
    words.push({ text: word, startMs: start * FRAME_MS, endMs: end * FRAME_MS, confidence: sure((own - free) / (end - start), WORD) });
  }
  if (length === 0) return { ...NOTHING, words };
  const confidence = sure(lag / length, UTTERANCE);
  const least = Math.min(...words.map((word) => word.confidence));
  return { words, confidence, accepted: confidence >= ACCEPT.utterance && least >= ACCEPT.word, digitsInside: false };
}

// Mean lag of the words of a path behind the phone loop, per frame.
function lagOf(path: readonly PathArc[], network: Network, loop: Float32Array): number {
  let [lag, length, before] = [0, 0, 0];
  for (const { arc, start, end, score } of path) {
    const own = score - before;
    before = score;
    const word = network.labels[arc]?.word;
    if (word === undefined || word === ANY_SPEECH) continue;
    lag += own - ((loop[end - 1] ?? 0) - (start > 0 ? (loop[start - 1] ?? 0) : 0));
    length += end - start;
  }
  return length === 0 ? 0 : lag / length;
}

function sure(lag: number, { even, slope }: { readonly even: number; readonly slope: number }): number {
  return 1 / (1 + Math.exp((even - lag) / slope));
}
