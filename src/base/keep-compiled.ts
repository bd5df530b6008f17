/**
 * Engines throw away the code they have compiled for a kind of object once a collection finds none of them; without
 * something that stays, each collection between two uses, as between two turns of a conversation, would make the next one
 * start in slow code (two to three times as slow in V8).
 */

/** What is to be called where such objects are made: the first call makes some with `make` and keeps them for as long as the program runs. `make` may call it too. */
export function keepCompiled(make: () => unknown): () => void {
  const kept: unknown[] = [];
  let isKept = false;
  return () => {
    if (isKept) return;
    isKept = true; // what `make` makes keeps no others
    kept.push(make());
  };
}
