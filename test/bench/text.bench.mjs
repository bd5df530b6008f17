// What text costs on its way to the voice: sentences cut from tokens, beside Intl.Segmenter run again for each token
// (it has no streaming form) and beside a search for a mark in each token; and the spoken form of a sentence.
import { readFileSync } from 'node:fs';
import { compare } from './harness.mjs';

const dist = process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url).href;
const { replies } = JSON.parse(readFileSync(new URL('../fixtures/sentences/replies.json', import.meta.url), 'utf8'));
const tokens = replies.map((reply) => reply.match(/\s*\S{1,5}/gu) ?? []);
const count = tokens.reduce((sum, list) => sum + list.length, 0);

const splitter = (options) => async () => {
  const { SentenceSplitter } = await import(`${dist}voice/sentence-splitter.js`);
  return { operations: count, run() {
    let pieces = 0;
    for (const list of tokens) {
      const one = new SentenceSplitter(options);
      for (const token of list) pieces += one.push(token).length;
      pieces += one.flush().length;
    }
    return pieces;
  } };
};

await compare(import.meta.url, {
  title: 'sentences, one token',
  unit: 'token',
  candidates: {
    sluice: splitter({}),
    'sluice, first clause': splitter({ firstClause: true }),
    'Intl.Segmenter on what is held': async () => {
      const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
      return { operations: count, run() {
        let pieces = 0;
        for (const list of tokens) {
          let held = '';
          for (const token of list) {
            held += token;
            const found = Array.from(segmenter.segment(held), ({ segment }) => segment);
            held = found.pop() ?? '';
            pieces += found.length;
          }
        }
        return pieces;
      } };
    },
    'a mark, then space': async () => ({ operations: count, run() {
      let pieces = 0;
      for (const list of tokens) {
        let held = '';
        for (const token of list) {
          held += token;
          for (let end = /[.!?]\s+(?=\S)/u.exec(held); end !== null; end = /[.!?]\s+(?=\S)/u.exec(held)) {
            held = held.slice(end.index + end[0].length);
            pieces++;
          }
        }
      }
      return pieces;
    } }),
  },
  bars: [{ of: 'Intl.Segmenter on what is held', over: 'sluice', atLeast: 2 }, { of: 'sluice, first clause', over: 'sluice' }, { of: 'a mark, then space', over: 'sluice' }],
});

await compare(import.meta.url, {
  title: 'spoken form, one answer',
  unit: 'answer',
  candidates: {
    sluice: async () => {
      const { spokenForm } = await import(`${dist}spoken/spoken-form.js`);
      return { operations: replies.length, run: () => replies.reduce((sum, reply) => sum + spokenForm(reply, { language: 'en' }).text.length, 0) };
    },
    'markup and signs alone': async () => {
      const { spokenForm } = await import(`${dist}spoken/spoken-form.js`);
      return { operations: replies.length, run: () => replies.reduce((sum, reply) => sum + spokenForm(reply, { language: 'und' }).text.length, 0) };
    },
  },
  bars: [],
});
