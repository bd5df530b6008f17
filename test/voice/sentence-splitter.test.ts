import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from '../../src/voice/sentence-splitter.js';
import { ours, score } from '../eval/sentence-scores.js';
import mixed from '../fixtures/sentences/mixed.json';
import answers from '../fixtures/sentences/replies.json';
import { scale, seed } from '../tools/scale.js';

function split(text: string, options = {}): readonly string[] {
  const splitter = new SentenceSplitter(options);
  return [...splitter.push(text), ...splitter.flush()];
}

// Sentences are joined by "|"; a space before it belongs to the sentence before.
const CASES: readonly string[] = [
  'Hello there. |How are you? |Fine!',
  'Dr. Smith met Mrs. Jones. |They talked.',
  'J. R. R. Tolkien wrote it. |It sold well.',
  'Pi is 3.14 exactly. |No. 5 is alive.',
  'We met at 5 p.m. yesterday. |Then we left at 6 p.m. |The end.',
  'He lives in the U.S. Army base. |She lives in the U.S. |It is big.',
  'See example.com/a?b=1. |Then go.',
  'Use e.g. Paris or i.e. London. |Good.',
  'Really?! |Yes... |Well.',
  'Well... maybe. |Sure.',
  '"Stop!" he said. |"Go."',
  'He said "Stop." |Then he left.',
  'First:\n|- one thing\n|- another thing\n|Done.',
  '1. Open it.\n|2. Close it.',
  'Line one\nwraps here. |Next.\n\n|New paragraph',
  '今日は晴れです。|明日は雨です！|本当？',
  '「はい。」と言った。|そうか。',
  'यह एक वाक्य है। |यह दूसरा है।',
  'یہ پہلا جملہ ہے۔ |یہ دوسرا ہے؟',
  'مرحبا. |كيف حالك؟ |بخير.',
  'Τι κάνεις; |Καλά.',
  'Wir treffen uns am 3. Mai um acht. |Bis dann.',
  '¿Cómo estás? |¡Muy bien! |Gracias.',
  'Բարև։ |Ինչպե՞ս ես։',
  'It costs $1,000.50 today. |Cheap!',
  'In 1999. |Then 2000 came.',
  'Yahoo! is a company. |Really.',
  'Sr. García llegó. |La Sra. López no.',
  'Il dott. Rossi è qui. |Bene.',
  'It takes approx. 5 minutes. |See Fig. 3 for more.',
  'The meeting at 3 p.m. was long. |The next is at 4 p.m. |Bring notes.',
  'Is it https://a.b/c?d=e&f=g? |Yes.',
  '“Really?” she asked. |“Yes.”',
  'Great! 🎉 |Let us go. |Nice 👍🏽. |Next.',
  'Das kostet z.B. 5 Euro. |„Wirklich?“ |„Ja.“',
  '« Bonjour. » |Il part.',
  '他说：“你好。”|然后走了。',
  '안녕하세요. |잘 지내세요? |네.',
  'ሰላም። |እንዴት ነህ፧ |ደህና ነኝ።',
  'မင်္ဂလာပါ။ |နေကောင်းလား။',
  'Живём в г. Москве. |Хорошо.',
  'גם זה. |מה שלומך?',
  'გამარჯობა. |როგორ ხარ?',
  'வணக்கம். |எப்படி இருக்கிறீர்கள்?',
  'George W. Bush spoke. |The U.N. voted. |It passed.',
  'Apples, pears, etc. are fruit. |No. |No. 7 is out.',
  'A: yes.\n|B: no.',
  'It was 5 a.m. Monday. |Cold.',
];

describe('SentenceSplitter', () => {
  it.each(CASES)('cuts %j at its sentences', (marked) => {
    expect(split(marked.replaceAll('|', ''))).toEqual(marked.split('|'));
  });

  it('returns the same pieces however the text is cut into tokens, and never alters the text', () => {
    const text = fc.oneof(
      fc.constantFrom(...CASES.map((marked) => marked.replaceAll('|', ''))),
      fc.string({ unit: fc.constantFrom('a', 'B', ' ', '.', '!', '?', ',', '\n', '"', '3', '。', 'Dr', 'U.S', '- ', '…', 'The ', '🎉', '»', 'p.m'), maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('a', 'Bo', ' ', '. ', '! ', '`', '```', '(', ')', '[', '](', '「', '」', 'と', '他说', '\n', '\n> ', '\n1. ', '2. ', '| ', '# ', ':', ';', '— ', '” ', 'iPhone ', 'Inc. ', 'asked', 'สวัสดี ', 'และ', '👩‍🚀', '\ud83d', '[1]', '</b>', 'z. B. ', 'der 3. ', ':) ', 'И. ', '；', '၊', '፡', 'vol. ', 'II', 'v1', 'Dr. ', 'med. '), maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), fc.boolean(), (whole, sizes, firstClause) => {
        const splitter = new SentenceSplitter({ firstClause });
        const pieces: string[] = [];
        for (let at = 0, n = 0; at < whole.length; n++) {
          const size = sizes[n % sizes.length] as number;
          pieces.push(...splitter.push(whole.slice(at, at + size)));
          at += size;
        }
        pieces.push(...splitter.flush());
        expect(pieces.join('')).toBe(whole);
        expect(pieces).toEqual(split(whole, { firstClause }));
      }),
      { numRuns: scale(1200, 60_000), seed },
    );
  });

  it('cuts the mixed suite of many scripts: precision ≥ 0.97, nine of ten whole texts exactly', () => {
    const { exact, texts, precision } = score(mixed.texts, ours);
    expect(texts).toBeGreaterThanOrEqual(150);
    expect(precision).toBeGreaterThanOrEqual(0.97);
    expect(exact / texts).toBeGreaterThanOrEqual(0.97);
  });

  it('gives the first piece of an answer after at most 40 characters in the median', () => {
    const lengths = answers.replies.map((reply) => split(reply, { firstClause: true })[0]?.length ?? 0).sort((a, b) => a - b);
    expect(lengths.length).toBe(20);
    expect(((lengths[9] as number) + (lengths[10] as number)) / 2).toBeLessThanOrEqual(40);
  });

  it('returns a first clause early when asked to, and whole sentences after it', () => {
    expect(split('The weather today is fine, and warm. It will stay, I think.', { firstClause: true })).toEqual(['The weather today is fine, ', 'and warm. ', 'It will stay, I think.']);
    expect(split('One two three four five six seven eight nine ten eleven twelve.', { firstClause: true })[0]).toBe('One two three four five six seven eight nine ten ');
    expect(split('It is 1,000 metres long.', { firstClause: true })).toEqual(['It is 1,000 metres long.']);
  });

  it('returns a sentence as soon as the next one begins', () => {
    const splitter = new SentenceSplitter();
    expect(splitter.push('It is noon.')).toEqual([]);
    expect(splitter.push(' ')).toEqual([]);
    expect(splitter.push('T')).toEqual(['It is noon. ']);
  });

  it('refuses options that make no sense', () => {
    expect(() => new SentenceSplitter({ clauseMinWords: 0 })).toThrow(/clauseMinWords/);
    expect(() => new SentenceSplitter({ clauseMinWords: 5, clauseMaxWords: 4 })).toThrow(/clauseMaxWords/);
  });
});
