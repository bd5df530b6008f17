import { describe, expect, it } from 'vitest';
import { ThoughtSplitter } from '../../../src/providers/openai/thought-splitter.js';

function split(deltas: readonly string[]): { reasoning: string; text: string } {
  const splitter = new ThoughtSplitter();
  const pieces = [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.flush()];
  const of = (type: string): string => pieces.filter((piece) => piece.type === type).map(({ delta }) => delta).join('');
  return { reasoning: of('reasoning'), text: of('text') };
}

describe('ThoughtSplitter', () => {
  it.each([
    ['<think>hm </th </think>\n\nYes.', 'hm </th ', 'Yes.'],
    ['\n<think></think>Yes.', '', 'Yes.'],
    ['Yes, <think> is a tag.', '', 'Yes, <think> is a tag.'],
    ['<thin', '', '<thin'],
    ['<b>bold</b>', '', '<b>bold</b>'],
    ['<think>never closed', 'never closed', ''],
    ['  Yes.', '', '  Yes.'],
    ['<think>a</think>b<think>c</think>', 'a', 'b<think>c</think>'],
    ['', '', ''],
  ])('splits %j however it comes', (whole, reasoning, text) => {
    expect(split([whole])).toEqual({ reasoning, text });
    expect(split([...whole])).toEqual({ reasoning, text });
    for (let at = 1; at < whole.length; at++) expect(split([whole.slice(0, at), whole.slice(at)])).toEqual({ reasoning, text });
  });

  it('holds nothing back of a text that does not begin like a tag', () => {
    const splitter = new ThoughtSplitter();
    expect(splitter.push('Hel')).toEqual([{ type: 'text', delta: 'Hel' }]);
    expect(splitter.push('<')).toEqual([{ type: 'text', delta: '<' }]);
    expect(splitter.flush()).toEqual([]);
  });
});
