// Recognition and voice: the bars of the engines that need no download. Needs espeak-ng; see test/eval/speech.mjs.
await import('../eval/speech.mjs');
