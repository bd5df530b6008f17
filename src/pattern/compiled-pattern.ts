/**
 * Patterns that were compiled ahead of time, and their way into one program with patterns that were not.
 */
import { compilePatterns, type PatternSource } from './compile.js';
import { linkPrograms, type LinkedPattern } from './link.js';
import type { Program } from './program.js';
import { PatternSyntaxError } from './syntax-error.js';
import { unpackProgram } from './unpack.js';

/** A pattern that was compiled ahead of time; stands wherever a pattern's source may stand. */
export interface CompiledPattern {
  /** Names the pattern and the version of it: two with one name are the same. */
  readonly compiled: string;
  /** The patterns it was compiled with, and its number among them. */
  readonly among: CompiledPatterns;
  readonly number: number;
}

/** Patterns that were compiled together. Nothing is read before the first of them is needed. */
export class CompiledPatterns {
  readonly #packed: string;
  readonly #version: string;
  #program: Program | undefined;

  /** `packed` is what `packProgram` gave, `version` a digest of the patterns' sources. */
  constructor(packed: string, version: string) {
    this.#packed = packed;
    this.#version = version;
  }

  /** Pattern `number`, under a name of its own. */
  pattern(number: number): CompiledPattern {
    return { compiled: `${this.#version}.${number}`, among: this, number };
  }

  /** All of them as one program. */
  get program(): Program {
    return (this.#program ??= unpackProgram(this.#packed));
  }
}

/** What a scanner may look for. */
export type AnyPattern = PatternSource | { readonly pattern: CompiledPattern };

/**
 * One program for `patterns`, in this order: sources are compiled, the rest is taken as it is. Throws
 * {@link PatternSyntaxError} like `compilePatterns`.
 */
export function assemblePatterns(patterns: readonly AnyPattern[]): Program {
  const sources: PatternSource[] = [];
  const places: number[] = [];
  patterns.forEach((one, place) => {
    if (!isSource(one)) return;
    sources.push(one);
    places.push(place);
  });
  if (sources.length === patterns.length) return compilePatterns(sources);
  const linked = patterns.map((one): LinkedPattern | undefined => (isSource(one) ? undefined : { program: one.pattern.among.program, pattern: one.pattern.number }));
  if (sources.length > 0) {
    const program = compileSome(sources, places);
    places.forEach((place, pattern) => (linked[place] = { program, pattern }));
  }
  return linkPrograms(linked.filter((one) => one !== undefined));
}

function isSource(one: AnyPattern): one is PatternSource {
  return typeof one.pattern === 'string';
}

// An error names the place among all patterns.
function compileSome(sources: readonly PatternSource[], places: readonly number[]): Program {
  try {
    return compilePatterns(sources);
  } catch (error) {
    if (!(error instanceof PatternSyntaxError) || (error.pattern === undefined && sources.length > 1)) throw error;
    throw error.ofPattern(places[error.pattern ?? 0] ?? 0);
  }
}
