/**
 * Which words of an answer were really heard, given how much of its audio has left the loudspeaker.
 *
 * The history of a conversation must hold what the user heard, not what the model wrote. Positions
 * come from the samples rendered, so underruns and pauses do not count as heard. Where the voice
 * reports word times, a word counts once its last sample was heard, so no unheard word is ever kept;
 * elsewhere the words of a piece share its duration by their syllables, which is off by one word at
 * most.
 */
import { countSyllables } from './syllables.js';

interface HeardWord {
  /** End of the word in the piece's source text. */
  readonly sourceEnd: number;
  /** End of the word in milliseconds of the playback. */
  readonly endMs: number;
}

interface Piece {
  readonly source: string;
  readonly startMs: number;
  readonly words: HeardWord[];
  /** End in milliseconds of the playback; `undefined` while it is being synthesised. */
  endMs: number | undefined;
}

const SENTENCE_END = /[.!?…。！？।؟۔][\p{Pe}\p{Pf}"'*_]*\s*$|\n\s*$/u;

/** The text of one answer against the time of its audio. Pieces come in order. */
export class HeardText {
  readonly #pieces: Piece[] = [];

  /** A piece of the answer begins at `startMs` of the playback. */
  beginPiece(source: string, startMs: number): void {
    this.#pieces.push({ source, startMs, words: [], endMs: undefined });
  }

  /** A word of the current piece: its end in the source text, and in milliseconds of the playback. */
  addWord(sourceEnd: number, endMs: number): void {
    this.#pieces.at(-1)?.words.push({ sourceEnd, endMs });
  }

  /** The current piece ends at `endMs` of the playback. */
  endPiece(endMs: number): void {
    const piece = this.#pieces.at(-1);
    if (piece !== undefined) piece.endMs = endMs;
  }

  /** All text that was handed to the voice. */
  get text(): string {
    return this.#pieces.map((piece) => piece.source).join('');
  }

  /**
   * Where the sentence that is heard at `heardMs` ends, in milliseconds of the playback: the end of the
   * first piece from there that ends like a sentence. `undefined` while that piece is being synthesised.
   */
  sentenceEndMs(heardMs: number): number | undefined {
    for (const { source, endMs } of this.#pieces) {
      if (endMs === undefined) return undefined;
      if (endMs > heardMs && SENTENCE_END.test(source)) return endMs;
    }
    return undefined;
  }

  /** The text heard once `heardMs` of the playback have left the loudspeaker. */
  at(heardMs: number): string {
    let heard = '';
    for (const piece of this.#pieces) {
      if (piece.endMs !== undefined && piece.endMs <= heardMs) heard += piece.source;
      else return heard + partOf(piece, heardMs);
    }
    return heard;
  }
}

function partOf(piece: Piece, heardMs: number): string {
  const words = piece.words.length > 0 ? piece.words : estimateWords(piece);
  let end = 0;
  for (const word of words) {
    if (word.endMs > heardMs) break;
    end = Math.max(end, word.sourceEnd);
  }
  return piece.source.slice(0, end);
}

function estimateWords(piece: Piece): readonly HeardWord[] {
  if (piece.endMs === undefined) return [];
  const found = [...piece.source.matchAll(/\S+/gu)].map((match) => ({ sourceEnd: match.index + match[0].length, syllables: countSyllables(match[0]) }));
  const total = found.reduce((sum, word) => sum + word.syllables, 0);
  let spent = 0;
  return found.map(({ sourceEnd, syllables }) => {
    spent += syllables;
    return { sourceEnd, endMs: piece.startMs + ((piece.endMs as number) - piece.startMs) * (spent / total) }; // endMs was tested above
  });
}
